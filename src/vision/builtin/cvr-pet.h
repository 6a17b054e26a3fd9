/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One animal of the set "pets", and the functions that draw its parts. */
#pragma once

#include "cvr-sheet.h"

G_BEGIN_DECLS

typedef enum
{
  CVR_EARS_POINTED,
  CVR_EARS_FOLDED, /* small, bent forward: some cats, some dogs */
  CVR_EARS_FLOPPY, /* hanging: dogs only */
} CvrEars;

typedef enum
{
  CVR_COAT_PLAIN,
  CVR_COAT_TABBY,
  CVR_COAT_SPOTS,
  CVR_COAT_PATCHES,
  CVR_COAT_BICOLOUR, /* white below */
  CVR_COAT_POINTS,   /* dark face and ears */
} CvrCoat;

/* What an animal looks like, drawn once and used for all its parts. Plain value. */
typedef struct
{
  gboolean dog;
  CvrCoat  coat;
  CvrTint  fur, marks, pale, line, eye, nose, collar;
  double   line_width; /* pixels; 0 draws no outline */
  CvrEars  ears;
  double   ear_size;   /* about 1 */
  double   head_wide, head_long, muzzle, eye_size; /* about 1 */
  gboolean slit, asleep, whiskers, tongue, has_collar, long_hair;
  double   build;      /* thickness of body and legs, about 1 */
  double   leg;        /* length, about 1 */
  double   tail;       /* length, about 1 */
  double   tail_width; /* of the body's unit */
  double   tail_curl;  /* −1 … 1 */
} CvrPet;

CvrPet cvr_pet_new          (gboolean      dog,
                             CvrRng       *rng);

/* All draw about 0 0 in units of the transformation; paths are filled with the coat's pattern. */
void   cvr_pet_fur          (const CvrPet *pet,
                             cairo_t      *cr,
                             CvrRng       *rng);
void   cvr_pet_outline      (const CvrPet *pet,
                             cairo_t      *cr);
void   cvr_pet_head_front   (const CvrPet *pet,
                             cairo_t      *cr,
                             CvrRng       *rng);
void   cvr_pet_head_profile (const CvrPet *pet,
                             cairo_t      *cr,
                             CvrRng       *rng);
void   cvr_pet_sitting      (const CvrPet *pet,
                             cairo_t      *cr,
                             CvrRng       *rng);
void   cvr_pet_standing     (const CvrPet *pet,
                             cairo_t      *cr,
                             CvrRng       *rng);
void   cvr_pet_lying        (const CvrPet *pet,
                             cairo_t      *cr,
                             CvrRng       *rng);
void   cvr_pet_background   (cairo_t      *cr,
                             double        side,
                             double        floor_y,
                             CvrRng       *rng);
void   cvr_pet_foreground   (cairo_t      *cr,
                             double        side,
                             CvrRng       *rng);

G_END_DECLS
