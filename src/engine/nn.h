/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine's whole public surface. */
#pragma once

#include "nn-archs.h"
#include "nn-aware.h"
#include "nn-error.h"
#include "nn-exec.h"
#include "nn-explain.h"
#include "nn-graph.h"
#include "nn-loss.h"
#include "nn-metrics.h"
#include "nn-optim.h"
#include "nn-params.h"
#include "nn-prune-schedule.h"
#include "nn-prune.h"
#include "nn-quant.h"
#include "nn-real.h"
#include "nn-recipe.h"
#include "nn-schedule.h"
#include "nn-sensitivity.h"
#include "nn-train.h"
#include "nn-workers.h"
