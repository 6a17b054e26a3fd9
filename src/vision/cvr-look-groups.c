/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Close pairs among many 64-bit hashes, and the groups they make. */
#include "cvr-look.h"

/* A look is cut into PARTS numbers of PART_BITS bits: those of part p are bits p, p + PARTS, …, so
 * that each part sees all frequencies. */
enum { PARTS = 4, PART_BITS = 16, N_KEYS = 1 << PART_BITS };

/* Of each run of equal looks so many stand for all when pairs are told. */
enum { SPOKESMEN = 8 };

enum { ROWS_PER_ASK = 256 };

#define PART_MASK G_GUINT64_CONSTANT (0x1111111111111111)

/* Set bits, without the call that the compiler makes of its own function where the oldest machine
 * has no instruction for it (H. S. Warren, "Hacker's Delight", section 5-1). */
static inline guint
n_bits (guint64 x)
{
  x -= (x >> 1) & G_GUINT64_CONSTANT (0x5555555555555555);
  x = (x & G_GUINT64_CONSTANT (0x3333333333333333)) +
      ((x >> 2) & G_GUINT64_CONSTANT (0x3333333333333333));
  x = (x + (x >> 4)) & G_GUINT64_CONSTANT (0x0f0f0f0f0f0f0f0f);

  return (guint) ((x * G_GUINT64_CONSTANT (0x0101010101010101)) >> 56);
}

typedef struct
{
  guint64 look;
  guint   index;
} Entry;

typedef struct
{
  Entry     *entries;   /* [n_entries] by look, then index; looks of 0 left out */
  guint      n_entries;
  guint     *runs;      /* [n_runs + 1]: where in entries each different look begins */
  guint      n_runs;
  guint      most;
  gboolean (*keep_going) (gpointer data);
  gpointer   data;
  void     (*pair) (guint i, guint j, gpointer data);
  gpointer   pair_data;
} Search;

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  const Entry *x = a, *y = b;

  if (x->look != y->look)
    return x->look < y->look ? -1 : 1;

  return x->index < y->index ? -1 : x->index > y->index;
}

static void
search_clear (Search *search)
{
  g_clear_pointer (&search->entries, g_free);
  g_clear_pointer (&search->runs, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static void
gather (Search        *search,
        const guint64 *looks,
        guint          n)
{
  search->entries = g_new (Entry, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    if (looks[i] != 0)
      search->entries[search->n_entries++] = (Entry) { looks[i], i };
  if (search->n_entries > 1)
    qsort (search->entries, search->n_entries, sizeof (Entry), compare_entries);

  search->runs = g_new (guint, (gsize) search->n_entries + 1);
  for (guint e = 0; e < search->n_entries; e++)
    if (e == 0 || search->entries[e].look != search->entries[e - 1].look)
      search->runs[search->n_runs++] = e;
  search->runs[search->n_runs] = search->n_entries;
}

static guint64
run_look (const Search *search,
          guint         run)
{
  return search->entries[search->runs[run]].look;
}

static void
tell (const Search *search,
      guint         e,
      guint         f)
{
  guint i = search->entries[e].index, j = search->entries[f].index;

  search->pair (MIN (i, j), MAX (i, j), search->pair_data);
}

/* Pictures of the very same look. */
static void
tell_inside (const Search *search,
             guint         run)
{
  guint end = search->runs[run + 1];

  for (guint e = search->runs[run]; e < end; e++)
    for (guint f = e + 1; f < end && f <= e + SPOKESMEN; f++)
      tell (search, e, f);
}

static void
tell_between (const Search *search,
              guint         a,
              guint         b)
{
  guint end_a = MIN (search->runs[a + 1], search->runs[a] + SPOKESMEN);
  guint end_b = MIN (search->runs[b + 1], search->runs[b] + SPOKESMEN);

  for (guint e = search->runs[a]; e < end_a; e++)
    for (guint f = search->runs[b]; f < end_b; f++)
      tell (search, e, f);
}

static gboolean
goes_on (const Search *search,
         guint         row)
{
  return row % ROWS_PER_ASK != 0 || search->keep_going == NULL ||
         search->keep_going (search->data);
}

/* Every look against every other: the quickest way where there are few or @most is large. */
static gboolean
search_all (const Search *search)
{
  for (guint a = 0; a < search->n_runs; a++)
    {
      guint64 look = run_look (search, a);

      if (!goes_on (search, a))
        return FALSE;
      tell_inside (search, a);
      for (guint b = a + 1; b < search->n_runs; b++)
        if (n_bits (look ^ run_look (search, b)) <= search->most)
          tell_between (search, a, b);
    }

  return TRUE;
}

static guint
part_of (guint64 look,
         guint   part)
{
  guint key = 0;

  for (guint bit = 0; bit < PART_BITS; bit++)
    key |= (guint) (look >> (part + PARTS * bit) & 1) << bit;

  return key;
}

/* All numbers of PART_BITS bits of which at most @radius are set. */
static GArray *
ball (guint radius)
{
  GArray *masks = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint mask = 0; mask < N_KEYS; mask++)
    if (n_bits (mask) <= radius)
      g_array_append_val (masks, mask);

  return masks;
}

/* The runs by the value of one part: those of value k are places[starts[k]] … places[starts[k + 1]
 * − 1], rising. */
typedef struct
{
  guint *keys;   /* [n_runs] */
  guint *starts; /* [N_KEYS + 1] */
  guint *places; /* [n_runs] */
} Table;

static void
table_clear (Table *table)
{
  g_clear_pointer (&table->keys, g_free);
  g_clear_pointer (&table->starts, g_free);
  g_clear_pointer (&table->places, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Table, table_clear)

static void
table_fill (Table        *table,
            const Search *search,
            guint         part)
{
  g_autofree guint *next = g_new (guint, N_KEYS);

  table->keys = g_new (guint, search->n_runs);
  table->starts = g_new0 (guint, N_KEYS + 1);
  table->places = g_new (guint, search->n_runs);

  for (guint a = 0; a < search->n_runs; a++)
    {
      table->keys[a] = part_of (run_look (search, a), part);
      table->starts[table->keys[a] + 1]++;
    }
  for (guint k = 0; k < N_KEYS; k++)
    {
      table->starts[k + 1] += table->starts[k];
      next[k] = table->starts[k];
    }
  for (guint a = 0; a < search->n_runs; a++)
    table->places[next[table->keys[a]]++] = a;
}

/* Whether a part before @part was close already: the pair has been told. */
static gboolean
was_told (guint64 difference,
          guint   part,
          guint   radius)
{
  for (guint p = 0; p < part; p++)
    if (n_bits (difference & (PART_MASK << p)) <= radius)
      return TRUE;

  return FALSE;
}

static void
search_bucket (const Search *search,
               const Table  *table,
               guint         part,
               guint         radius,
               guint         a,
               guint         key)
{
  guint64 look = run_look (search, a);

  for (guint place = table->starts[key + 1]; place > table->starts[key]; place--)
    {
      guint b = table->places[place - 1];
      guint64 difference;

      if (b <= a)
        break;
      difference = look ^ run_look (search, b);
      if (n_bits (difference) <= search->most && !was_told (difference, part, radius))
        tell_between (search, a, b);
    }
}

/* Where two looks differ in at most @most bits, one of the parts differs in at most @most / PARTS
 * (M. Norouzi, A. Punjani, D. J. Fleet, "Fast Search in Hamming Space with Multi-Index Hashing",
 * CVPR 2012). */
static gboolean
search_parts (const Search *search,
              guint         radius,
              GArray       *masks)
{
  for (guint a = 0; a < search->n_runs; a++)
    tell_inside (search, a);

  for (guint part = 0; part < PARTS; part++)
    {
      g_auto (Table) table = { NULL };

      table_fill (&table, search, part);
      for (guint a = 0; a < search->n_runs; a++)
        {
          if (!goes_on (search, a))
            return FALSE;
          for (guint m = 0; m < masks->len; m++)
            search_bucket (search, &table, part, radius, a,
                           table.keys[a] ^ g_array_index (masks, guint, m));
        }
    }

  return TRUE;
}

/**
 * cvr_look_pairs:
 * @keep_going: (nullable): asked now and then
 * @pair: told of each pair, inside this call
 *
 * Any thread.
 *
 * Returns: %FALSE when @keep_going said so.
 */
gboolean
cvr_look_pairs (const guint64 *looks,
                guint          n,
                guint          most,
                gboolean     (*keep_going) (gpointer data),
                gpointer       data,
                void         (*pair) (guint i, guint j, gpointer data),
                gpointer       pair_data)
{
  g_auto (Search) search = {
    .most = most,
    .keep_going = keep_going,
    .data = data,
    .pair = pair,
    .pair_data = pair_data,
  };
  g_autoptr (GArray) masks = NULL;
  guint radius = most / PARTS;

  g_return_val_if_fail ((looks != NULL || n == 0) && pair != NULL, FALSE);

  gather (&search, looks, n);
  masks = ball (MIN (radius, PART_BITS));
  if ((gsize) masks->len * PARTS * 2 >= search.n_runs)
    return search_all (&search);

  return search_parts (&search, radius, masks);
}

static guint
root_of (guint *groups,
         guint  i)
{
  while (groups[i] != i)
    i = groups[i] = groups[groups[i]];

  return i;
}

static void
unite (guint    i,
       guint    j,
       gpointer data)
{
  guint *groups = data;
  guint a = root_of (groups, i), b = root_of (groups, j);

  groups[MAX (a, b)] = MIN (a, b);
}

gboolean
cvr_look_groups (const guint64 *looks,
                 guint          n,
                 guint          most,
                 gboolean     (*keep_going) (gpointer data),
                 gpointer       data,
                 guint         *groups)
{
  for (guint i = 0; i < n; i++)
    groups[i] = i;
  if (!cvr_look_pairs (looks, n, most, keep_going, data, unite, groups))
    return FALSE;
  for (guint i = 0; i < n; i++)
    groups[i] = root_of (groups, i);

  return TRUE;
}
