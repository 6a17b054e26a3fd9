/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How alike two pictures look: perceptual hashes and groups of near-duplicates. */
#pragma once

#include "cvr-image.h"

G_BEGIN_DECLS

enum
{
  /* Most bits between the looks of two versions of one picture. */
  CVR_LOOK_NEAR = 10,
  /* Pictures whose long side is under CVR_LOOK_SMALL look alike for lack of pixels: fewer bits. */
  CVR_LOOK_NEAR_SMALL = 8,
  CVR_LOOK_SMALL = 64,
};

/* Least likeness of the thumbs of two versions of one picture, and of one small picture: drawings
 * and small pictures share many looks. */
#define CVR_LOOK_LIKENESS 0.9
#define CVR_LOOK_LIKENESS_SMALL 0.995

/* 64-bit perceptual hash; never 0 (but without memory). Close pictures (scaled, recompressed, a
 * little brighter) differ in few bits. Any thread. */
guint64 cvr_look_of       (const CvrImage *image);
/* First 64 bits of SHA-256 over size, channels and pixels; never 0. */
guint64 cvr_look_digest   (const CvrImage *image);
guint   cvr_look_distance (guint64 a, guint64 b); /* bits, 0 … 64 */
/* (transfer full): 16 × 16 pixels of @channels, for cvr_look_likeness(). NULL without memory. */
CvrImage *cvr_look_thumb  (CvrImage *image, guint channels) G_GNUC_WARN_UNUSED_RESULT;
/* Correlation of two thumbs of equal channels, −1 … 1: blind to brightness and contrast, not to
 * colour. */
double  cvr_look_likeness (const CvrImage *a, const CvrImage *b);
/* @groups[i]: the smallest index of the group that i belongs to; i itself where it is alone. Two
 * are in one group when a chain of pictures leads from one to the other, each at most @most bits
 * from the next; looks of 0 are alone. Time and memory grow little more than linearly. @keep_going
 * nullable. FALSE: stopped. */
gboolean cvr_look_groups  (const guint64 *looks, guint n, guint most,
                           gboolean (*keep_going) (gpointer data), gpointer data, guint *groups);
/* The pairs (i < j) at most @most bits apart, each once, always in the same order. Of many pictures
 * with the very same look only neighbours are paired: chains stay whole. FALSE: stopped. */
gboolean cvr_look_pairs   (const guint64 *looks, guint n, guint most,
                           gboolean (*keep_going) (gpointer data), gpointer data,
                           void (*pair) (guint i, guint j, gpointer data), gpointer pair_data);

G_END_DECLS
