/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `info` of one model and of two have in common. */
#pragma once

#include "cvr-cli.h"
#include "cvr-network.h"

G_BEGIN_DECLS

/* The members "inputs" … "activation_bytes" of an event. */
void     cvr_cli_add_network      (GString           *event,
                                   const CvrNetwork  *network);
/* Bytes that one item needs on its way through; 0 where that can't be told. */
guint64  cvr_cli_activation_bytes (NnGraph           *graph);
/* A table's line; widths as in cvr_cli_pad(). */
void     cvr_cli_print_columns    (CvrCli            *cli,
                                   const char *const *cells,
                                   const int         *widths,
                                   guint              n);
void     cvr_cli_compare          (CvrCli            *cli,
                                   const CvrNetwork  *a,
                                   const CvrNetwork  *b);

G_END_DECLS
