/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures that show the same: copies by their digests, near-duplicates by their looks, each pair
 * of which must also pass a comparison of thumbs. */
#include "cvr-alike.h"

#include "cvr-look.h"

#include <glib/gi18n-lib.h>

/* Enough for a look and a thumb; photographs are not decoded whole for them. */
enum { READ_SIDE = 128 };

typedef struct
{
  CvrDataset *dataset;
  guint       n;
  guint64    *looks, *digests; /* [n]; 0: can't be read */
  guint      *parents;         /* [n]: who shows the same, as trees whose roots are the oldest */
  guint       most;            /* bits: less where all pictures are small */
  guint       channels;        /* of thumbs: grey only where all pictures are */
  guint8     *small;           /* [n]: looks alike for lack of pixels */
  guint8     *wanted;          /* [n]: thumb wanted */
  CvrImage  **thumbs;          /* [n]; NULL */
  GArray     *todo;            /* of guint: the pictures that are to be read now */
  gint        n_unread;        /* atomic */
} Search;

static void
search_clear (Search *self)
{
  for (guint i = 0; self->thumbs != NULL && i < self->n; i++)
    cvr_image_unref (self->thumbs[i]);
  g_clear_pointer (&self->looks, g_free);
  g_clear_pointer (&self->digests, g_free);
  g_clear_pointer (&self->parents, g_free);
  g_clear_pointer (&self->small, g_free);
  g_clear_pointer (&self->wanted, g_free);
  g_clear_pointer (&self->thumbs, g_free);
  g_clear_pointer (&self->todo, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static void
search_init (Search     *self,
             CvrDataset *dataset)
{
  guint n = cvr_dataset_n_items (dataset);

  *self = (Search) { .dataset = dataset, .n = n, .most = CVR_LOOK_NEAR_SMALL, .channels = 1 };
  self->looks = g_new (guint64, MAX (n, 1));
  self->digests = g_new (guint64, MAX (n, 1));
  self->parents = g_new (guint, MAX (n, 1));
  self->small = g_new (guint8, MAX (n, 1));
  self->wanted = g_new0 (guint8, MAX (n, 1));
  self->thumbs = g_new0 (CvrImage *, MAX (n, 1));
  self->todo = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < n; i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      const CvrPictureFacts *facts = cvr_picture_facts (item->picture);

      self->looks[i] = item->look;
      self->digests[i] = item->digest;
      self->parents[i] = i;
      self->channels = MAX (self->channels, facts->channels);
      self->small[i] = MAX (facts->width, facts->height) < CVR_LOOK_SMALL;
      if (!self->small[i])
        self->most = CVR_LOOK_NEAR;
      if (item->look == 0 || item->digest == 0)
        g_array_append_val (self->todo, i);
    }
}


/* NnPieceFunc: looks and digests of one picture. The digest needs every pixel. */
static void
look_piece (guint    piece,
            guint    thread,
            gpointer data)
{
  Search *self = data;
  guint i = g_array_index (self->todo, guint, piece);
  CvrPicture *picture = cvr_dataset_item (self->dataset, i)->picture;
  g_autoptr (CvrImage) image = self->digests[i] == 0
                                 ? cvr_picture_read (picture, NULL)
                                 : cvr_picture_read_small (picture, READ_SIDE, NULL);

  if (image == NULL)
    {
      g_atomic_int_inc (&self->n_unread);
      return;
    }
  if (self->digests[i] == 0)
    self->digests[i] = cvr_look_digest (image);
  if (self->looks[i] == 0)
    self->looks[i] = cvr_look_of (image);
}

/* NnPieceFunc */
static void
thumb_piece (guint    piece,
             guint    thread,
             gpointer data)
{
  Search *self = data;
  guint i = g_array_index (self->todo, guint, piece);
  g_autoptr (CvrImage) image =
    cvr_picture_read_small (cvr_dataset_item (self->dataset, i)->picture, READ_SIDE, NULL);

  if (image != NULL)
    self->thumbs[i] = cvr_look_thumb (image, self->channels);
}

static guint
root_of (Search *self,
         guint   i)
{
  while (self->parents[i] != i)
    {
      self->parents[i] = self->parents[self->parents[i]];
      i = self->parents[i];
    }

  return i;
}

static void
unite (Search *self,
       guint   i,
       guint   j)
{
  guint a = root_of (self, i), b = root_of (self, j);

  self->parents[MAX (a, b)] = MIN (a, b);
}

typedef struct
{
  guint64 digest;
  guint   index;
} Print;

static int
compare_prints (gconstpointer a,
                gconstpointer b)
{
  const Print *x = a, *y = b;

  if (x->digest != y->digest)
    return x->digest < y->digest ? -1 : 1;

  return x->index < y->index ? -1 : x->index > y->index;
}

static void
unite_copies (Search *self)
{
  g_autofree Print *prints = g_new (Print, MAX (self->n, 1));
  guint n = 0;

  for (guint i = 0; i < self->n; i++)
    if (self->digests[i] != 0)
      prints[n++] = (Print) { self->digests[i], i };
  if (n > 1)
    qsort (prints, n, sizeof (Print), compare_prints);
  for (guint p = 1; p < n; p++)
    if (prints[p].digest == prints[p - 1].digest)
      unite (self, prints[p - 1].index, prints[p].index);
}

/* Whether the looks of two pictures, not yet known to be the same, are close enough for their
 * sizes. */
static gboolean
may_be_same (Search *self,
             guint   i,
             guint   j)
{
  if (root_of (self, i) == root_of (self, j))
    return FALSE;

  return !(self->small[i] || self->small[j]) ||
         cvr_look_distance (self->looks[i], self->looks[j]) <= CVR_LOOK_NEAR_SMALL;
}

static void
want_thumbs (guint    i,
             guint    j,
             gpointer data)
{
  Search *self = data;

  if (may_be_same (self, i, j))
    self->wanted[i] = self->wanted[j] = TRUE;
}

static void
compare_thumbs (guint    i,
                guint    j,
                gpointer data)
{
  Search *self = data;
  double least = self->small[i] || self->small[j] ? CVR_LOOK_LIKENESS_SMALL
                                                          : CVR_LOOK_LIKENESS;

  if (may_be_same (self, i, j) && self->thumbs[i] != NULL && self->thumbs[j] != NULL &&
      cvr_look_likeness (self->thumbs[i], self->thumbs[j]) >= least)
    unite (self, i, j);
}

static gboolean
keep_going_cb (gpointer data)
{
  const CvrWatch *watch = data;

  return watch == NULL || watch->keep_going == NULL || watch->keep_going (watch->data);
}

static gboolean
each_pair (Search         *self,
           void          (*pair) (guint i, guint j, gpointer data),
           const CvrWatch *watch,
           GError        **error)
{
  if (cvr_look_pairs (self->looks, self->n, self->most, keep_going_cb, (gpointer) watch, pair,
                      self))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled."));
  return FALSE;
}

/* Who shows the same, in @parents. Thumbs are made for those pictures only that some other one
 * comes close to. */
static gboolean
search (Search         *self,
        NnWorkers      *workers,
        const CvrWatch *watch,
        GError        **error)
{
  guint n_looks = self->todo->len;

  if (!cvr_watch_run (watch, workers, n_looks, look_piece, self, 0, n_looks, error))
    return FALSE;

  unite_copies (self);
  if (!each_pair (self, want_thumbs, watch, error))
    return FALSE;

  g_array_set_size (self->todo, 0);
  for (guint i = 0; i < self->n; i++)
    if (self->wanted[i])
      g_array_append_val (self->todo, i);

  return cvr_watch_run (watch, workers, self->todo->len, thumb_piece, self, n_looks,
                        (guint64) n_looks + self->todo->len, error) &&
         each_pair (self, compare_thumbs, watch, error);
}

/* Whether item @i, the younger one, is kept rather than item @j. */
static gboolean
is_better (Search *self,
           guint   i,
           guint   j)
{
  const CvrItem *a = cvr_dataset_item (self->dataset, i);
  const CvrItem *b = cvr_dataset_item (self->dataset, j);
  const CvrPictureFacts *size_a = cvr_picture_facts (a->picture);
  const CvrPictureFacts *size_b = cvr_picture_facts (b->picture);
  guint64 pixels_a = (guint64) size_a->was_width * size_a->was_height;
  guint64 pixels_b = (guint64) size_b->was_width * size_b->was_height;

  if (pixels_a != pixels_b)
    return pixels_a > pixels_b;

  return a->label >= 0 && b->label < 0;
}

/* (transfer full): digest to the index of the one to keep of those that have it. */
static GHashTable *
best_copies (Search      *self,
             const guint *members,
             guint        n)
{
  GHashTable *best = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint m = 0; m < n; m++)
    {
      guint64 *digest = &self->digests[members[m]];
      gpointer index;

      if (!g_hash_table_lookup_extended (best, digest, NULL, &index) ||
          is_better (self, members[m], GPOINTER_TO_UINT (index)))
        g_hash_table_insert (best, digest, GUINT_TO_POINTER (members[m]));
    }

  return best;
}

/* @members: [n] indices, rising. */
static void
fill_group (Search        *self,
            const guint   *members,
            guint          n,
            CvrAlikeGroup *group)
{
  g_autoptr (GHashTable) best = best_copies (self, members, n);
  guint keep = members[0];
  gint label = CVR_LABEL_NONE;

  *group = (CvrAlikeGroup) { .members = g_new (CvrAlikeMember, n), .n = n };
  for (guint m = 0; m < n; m++)
    {
      guint i = members[m];
      const CvrItem *item = cvr_dataset_item (self->dataset, i);
      guint twin = GPOINTER_TO_UINT (g_hash_table_lookup (best, &self->digests[i]));

      group->members[m] =
        (CvrAlikeMember) { item->id, item->label, cvr_dataset_item (self->dataset, twin)->id };
      group->n_copies += twin != i;
      group->mixed |= item->label >= 0 && label >= 0 && item->label != label;
      label = item->label >= 0 ? item->label : label;
      if (is_better (self, i, keep))
        keep = i;
    }
  group->keep = cvr_dataset_item (self->dataset, keep)->id;
  group->exact = g_hash_table_size (best) == 1;
}

static int
compare_groups (gconstpointer a,
                gconstpointer b)
{
  const CvrAlikeGroup *x = a, *y = b;

  if (x->n != y->n)
    return x->n > y->n ? -1 : 1;

  return x->members[0].id < y->members[0].id ? -1 : 1;
}

/* Items sorted by the root they belong to, so that each group lies in one piece. */
static void
fill_groups (Search   *self,
             CvrAlike *alike)
{
  g_autofree guint *counts = g_new0 (guint, MAX (self->n, 1));
  g_autofree guint *starts = g_new0 (guint, (gsize) self->n + 1);
  g_autofree guint *sorted = g_new (guint, MAX (self->n, 1));

  for (guint i = 0; i < self->n; i++)
    counts[root_of (self, i)]++;
  for (guint i = 0; i < self->n; i++)
    {
      starts[i + 1] = starts[i] + counts[i];
      alike->n_groups += counts[i] > 1;
      alike->n_in_groups += counts[i] > 1 ? counts[i] : 0;
      counts[i] = 0;
    }
  for (guint i = 0; i < self->n; i++)
    {
      guint root = root_of (self, i);

      sorted[starts[root] + counts[root]++] = i;
    }

  alike->groups = g_new0 (CvrAlikeGroup, MAX (alike->n_groups, 1));
  for (guint i = 0, g = 0; i < self->n; i++)
    if (counts[i] > 1)
      fill_group (self, sorted + starts[i], counts[i], &alike->groups[g++]);
  if (alike->n_groups > 1)
    qsort (alike->groups, alike->n_groups, sizeof (CvrAlikeGroup), compare_groups);
}

static void
fill_looks (Search   *self,
            CvrAlike *alike)
{
  alike->looks = g_new (CvrAlikeLook, MAX (self->n, 1));
  for (guint i = 0; i < self->n; i++)
    {
      const CvrItem *item = cvr_dataset_item (self->dataset, i);

      alike->newest = MAX (alike->newest, item->id);
      if (self->looks[i] != item->look || self->digests[i] != item->digest)
        alike->looks[alike->n_looks++] =
          (CvrAlikeLook) { item->id, self->looks[i], self->digests[i] };
    }
}

/**
 * cvr_alike_find:
 *
 * Copies are found by their digests. Of the pictures whose looks are close, those show the same
 * whose thumbs are alike too; for small pictures, which look alike for lack of pixels, both limits
 * are stricter. One picture that is like two others brings all three together; the limits are such
 * that chains stay short: of the 65,000 pictures of Fashion-MNIST, 28 × 28 pixels, 526 are in
 * groups, 32 pairs of trousers in the largest. By looks alone a fifth of them would be in one.
 *
 * Returns: (transfer full)
 */
CvrAlike *
cvr_alike_find (CvrDataset     *dataset,
                NnWorkers      *workers,
                const CvrWatch *watch,
                GError        **error)
{
  g_auto (Search) self = { NULL };
  CvrAlike *alike;

  g_return_val_if_fail (dataset != NULL, NULL);

  search_init (&self, dataset);
  if (!search (&self, workers, watch, error))
    return NULL;

  alike = g_atomic_rc_box_new0 (CvrAlike);
  alike->n_items = self.n;
  alike->n_unread = (guint) self.n_unread;
  fill_groups (&self, alike);
  fill_looks (&self, alike);

  return alike;
}

CvrAlike *
cvr_alike_ref (CvrAlike *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
free_members (gpointer data)
{
  CvrAlike *self = data;

  for (guint g = 0; g < self->n_groups; g++)
    g_free (self->groups[g].members);
  g_free (self->groups);
  g_free (self->looks);
}

void
cvr_alike_unref (gpointer self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, free_members);
}

static int
compare_ids (gconstpointer a,
             gconstpointer b)
{
  guint64 x = *(const guint64 *) a, y = *(const guint64 *) b;

  return x < y ? -1 : x > y;
}

guint64 *
cvr_alike_surplus (const CvrAlike *self,
                   gboolean        copies_only,
                   guint          *n_ids)
{
  guint64 *ids = g_new (guint64, MAX (self->n_in_groups, 1));
  guint n = 0;

  for (guint g = 0; g < self->n_groups; g++)
    {
      const CvrAlikeGroup *group = &self->groups[g];

      for (guint m = 0; m < group->n; m++)
        if (group->members[m].id != (copies_only ? group->members[m].twin : group->keep))
          ids[n++] = group->members[m].id;
    }
  if (n > 1)
    qsort (ids, n, sizeof (guint64), compare_ids);
  *n_ids = n;

  return ids;
}
