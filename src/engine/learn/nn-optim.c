/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Optimisers: what turns gradients into a change of the parameters. */
#include "nn-optim.h"

#include "nn-optim-rules.h"
#include "nn-record.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum
{
  PIECE_VALUES = 16384, /* values per piece of work; fixes the order of the norm's additions */
  RECORD_MAGIC = 0x504f4e4e, /* "NNOP" */
  RECORD_VERSION = 1,
};

/* A part of one trainable slot. */
typedef struct
{
  gsize    offset, n_values;
  NnNode   node;
  NnSlot   slot;
  gboolean decays; /* a weight of a convolution or dense layer */
} Piece;

struct _NnOptim
{
  NnOptimSpec spec;
  NnWorkers  *workers; /* nullable */
  GArray     *pieces;  /* Piece */
  double     *squares; /* [pieces]: Σ g² of each */
  guint       n_nodes;
  NnOptimScale *scales; /* nullable: [n_nodes, 2] */
  gsize       n_values;
  nn_real    *moments[2];
  guint64     n_steps;
};

static const char *const names[] = {
  "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "adamw",
};

G_STATIC_ASSERT (G_N_ELEMENTS (names) == NN_N_OPTIMS);

/**
 * nn_optim_spec_default:
 *
 * PyTorch's constants, with a learning rate that suits small networks on small pictures and batches
 * of a few dozen.
 */
NnOptimSpec
nn_optim_spec_default (NnOptimKind kind)
{
  static const float rates[] = { 0.05f, 0.02f, 0.02f, 0.01f, 0.001f, 1.0f, 0.001f, 0.001f };
  NnOptimSpec spec = { .kind = kind, .momentum = 0.9f, .beta1 = 0.9f, .beta2 = 0.999f, .rho = 0.99f,
                       .epsilon = 1e-8f };

  G_STATIC_ASSERT (G_N_ELEMENTS (rates) == NN_N_OPTIMS);
  g_return_val_if_fail ((guint) kind < NN_N_OPTIMS, spec);

  spec.lr = rates[kind];
  if (kind == NN_OPTIM_ADAGRAD)
    spec.epsilon = 1e-10f;
  if (kind == NN_OPTIM_ADADELTA)
    {
      spec.epsilon = 1e-6f;
      spec.rho = 0.9f;
    }
  if (kind == NN_OPTIM_ADAMW)
    spec.weight_decay = 0.01f;

  return spec;
}

static gboolean
check_range (const char *setting,
             float       value,
             float       low,
             float       high,
             GError    **error)
{
  if (value >= low && value <= high)
    return TRUE;

  /* Translators: the setting is the English word that the command line uses, such as “momentum”. */
  g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
               _("The setting %s is %g; it must lie between %g and %g."), setting, (double) value,
               (double) low, (double) high);
  return FALSE;
}

/**
 * nn_optim_spec_check:
 *
 * Returns: %FALSE with %NN_ERROR_SPEC, naming the first setting outside its range; NaN is outside.
 */
gboolean
nn_optim_spec_check (const NnOptimSpec *spec,
                     GError           **error)
{
  const float below_one = nextafterf (1, 0);

  if ((guint) spec->kind >= NN_N_OPTIMS)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC, _("There is no optimiser number %d."),
                   spec->kind);
      return FALSE;
    }

  return check_range ("lr", spec->lr, 0, 1e9f, error) &&
         check_range ("momentum", spec->momentum, 0, below_one, error) &&
         check_range ("beta1", spec->beta1, 0, below_one, error) &&
         check_range ("beta2", spec->beta2, 0, below_one, error) &&
         check_range ("rho", spec->rho, 0, below_one, error) &&
         check_range ("epsilon", spec->epsilon, 0, 1, error) &&
         check_range ("weight-decay", spec->weight_decay, 0, 1e6f, error) &&
         check_range ("l1", spec->l1, 0, 1e6f, error) &&
         check_range ("clip", spec->clip_norm, 0, 1e9f, error);
}

const char *
nn_optim_name (NnOptimKind kind)
{
  g_return_val_if_fail ((guint) kind < NN_N_OPTIMS, NULL);

  return names[kind];
}

gboolean
nn_optim_parse (const char  *name,
                NnOptimKind *kind)
{
  for (guint i = 0; i < NN_N_OPTIMS; i++)
    if (g_strcmp0 (name, names[i]) == 0)
      {
        *kind = i;
        return TRUE;
      }

  return FALSE;
}

static GArray *
cut_into_pieces (NnParams *params)
{
  NnGraph *graph = nn_params_graph (params);
  GArray *pieces = g_array_new (FALSE, FALSE, sizeof (Piece));

  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    {
      NnOpKind kind = nn_graph_node_kind (graph, (NnNode) i);

      for (guint slot = NN_SLOT_WEIGHT; slot <= NN_SLOT_BIAS; slot++)
        {
          Piece piece = { .node = (NnNode) i };
          gsize left;

          if (!nn_params_slot_range (params, (NnNode) i, slot, &piece.offset, &left))
            continue;

          piece.slot = slot;
          piece.decays = slot == NN_SLOT_WEIGHT && (kind == NN_OP_CONV || kind == NN_OP_DENSE);
          for (; left > 0; left -= piece.n_values, piece.offset += piece.n_values)
            {
              piece.n_values = MIN (left, PIECE_VALUES);
              g_array_append_val (pieces, piece);
            }
        }
    }

  return pieces;
}

/**
 * nn_optim_new:
 * @params: whose block the optimiser will change; only its layout is read here
 * @spec: valid by nn_optim_spec_check()
 *
 * Returns: (transfer full): an optimiser that has made no step. One thread.
 */
NnOptim *
nn_optim_new (NnParams          *params,
              const NnOptimSpec *spec)
{
  NnOptim *self = g_new0 (NnOptim, 1);

  self->spec = *spec;
  self->pieces = cut_into_pieces (params);
  self->squares = g_new0 (double, MAX (self->pieces->len, 1));
  self->n_nodes = nn_graph_n_nodes (nn_params_graph (params));
  self->n_values = nn_params_n_trainable (params);
  for (guint i = 0; i < nn_optim_n_moments (spec->kind); i++)
    self->moments[i] = g_new0 (nn_real, MAX (self->n_values, 1));

  return self;
}

void
nn_optim_free (NnOptim *self)
{
  g_clear_pointer (&self->workers, nn_workers_unref);
  g_array_unref (self->pieces);
  g_free (self->scales);
  g_free (self->squares);
  g_free (self->moments[0]);
  g_free (self->moments[1]);
  g_free (self);
}

void
nn_optim_set_spec (NnOptim           *self,
                   const NnOptimSpec *spec)
{
  g_return_if_fail (spec->kind == self->spec.kind);

  self->spec = *spec;
}

void
nn_optim_set_scales (NnOptim            *self,
                     const NnOptimScale *scales)
{
  g_clear_pointer (&self->scales, g_free);
  if (scales != NULL)
    self->scales = g_memdup2 (scales, 2 * (gsize) self->n_nodes * sizeof *scales);
}

/**
 * nn_optim_set_workers:
 * @workers: (nullable): threads that share the work; the bits don't depend on them
 */
void
nn_optim_set_workers (NnOptim   *self,
                      NnWorkers *workers)
{
  g_clear_pointer (&self->workers, nn_workers_unref);
  if (workers != NULL)
    self->workers = nn_workers_ref (workers);
}

typedef struct
{
  NnOptim        *self;
  nn_real        *values, *gradients;
  const gboolean *frozen;
  NnOptimRates    rates;    /* of a slot that does not decay */
  NnOptimRates    decaying; /* of one that does */
} Step;

static void
run_pieces (NnOptim    *self,
            NnPieceFunc func,
            Step       *step)
{
  if (self->workers != NULL)
    nn_workers_run (self->workers, self->pieces->len, func, step);
  else
    for (guint i = 0; i < self->pieces->len; i++)
      func (i, 0, step);
}

static void
sum_piece (guint    i,
           guint    thread,
           gpointer data)
{
  Step *step = data;
  const Piece *piece = &g_array_index (step->self->pieces, Piece, i);
  gboolean frozen = step->frozen != NULL && step->frozen[piece->node];

  step->self->squares[i] = 0;
  if (!frozen)
    step->self->squares[i] = nn_optim_squares (piece->n_values, step->gradients + piece->offset);
}

/* Decay is told per step, so what the learning rate's factor would add to it is taken off. */
static NnOptimRates
scaled_rates (const Step         *step,
              const NnOptimScale *scale)
{
  NnOptimRates rates = step->decaying;
  nn_real lr = (nn_real) scale->lr, decay = (nn_real) scale->decay;

  rates.lr *= lr;
  rates.step_size *= lr;
  rates.decay *= decay / lr;
  rates.l1 *= decay / lr;
  rates.shrink = 1 - (1 - rates.shrink) * decay;

  return rates;
}

static void
update_piece (guint    i,
              guint    thread,
              gpointer data)
{
  Step *step = data;
  NnOptim *self = step->self;
  const Piece *piece = &g_array_index (self->pieces, Piece, i);
  const NnOptimRates *rates = piece->decays ? &step->decaying : &step->rates;
  nn_real *p = step->values + piece->offset;
  nn_real *g = step->gradients + piece->offset;
  nn_real *moments[2] = { NULL, NULL };
  const NnOptimScale *scale =
    self->scales != NULL ? &self->scales[2 * (guint) piece->node + piece->slot] : NULL;
  NnOptimRates scaled;

  if ((step->frozen != NULL && step->frozen[piece->node]) || (scale != NULL && !(scale->lr > 0)))
    return;

  if (scale != NULL)
    {
      scaled = scaled_rates (step, scale);
      rates = &scaled;
    }

  for (guint j = 0; j < nn_optim_n_moments (self->spec.kind); j++)
    moments[j] = self->moments[j] + piece->offset;

  if (rates->clip < 1 || rates->decay > 0 || rates->l1 > 0)
    nn_optim_prepare (piece->n_values, rates, p, g);
  nn_optim_update (self->spec.kind, piece->n_values, rates, p, g, moments[0], moments[1]);
}

static void
set_rates (Step              *step,
           const NnOptimSpec *spec,
           double             lr,
           double             norm,
           guint64            n_steps)
{
  double t = (double) n_steps;
  gboolean decoupled = spec->kind == NN_OPTIM_ADAMW;

  step->rates = (NnOptimRates) {
    .lr = (nn_real) lr,
    .momentum = (nn_real) spec->momentum,
    .beta1 = (nn_real) spec->beta1,
    .beta2 = (nn_real) spec->beta2,
    .rho = (nn_real) spec->rho,
    .epsilon = (nn_real) spec->epsilon,
    .clip = 1,
    .shrink = 1,
    .step_size = (nn_real) (lr / (1 - pow ((double) spec->beta1, t))),
    .root = (nn_real) sqrt (1 - pow ((double) spec->beta2, t)),
  };
  if (spec->clip_norm > 0)
    step->rates.clip = (nn_real) MIN ((double) spec->clip_norm / (norm + 1e-6), 1);

  step->decaying = step->rates;
  step->decaying.l1 = (nn_real) spec->l1;
  if (decoupled)
    step->decaying.shrink = (nn_real) (1 - lr * (double) spec->weight_decay);
  else
    step->decaying.decay = (nn_real) spec->weight_decay;
}

/**
 * nn_optim_step:
 * @params: not frozen, of the network that the optimiser was made for
 * @lr: of this step, as the schedule has it; the record's own is not looked at
 *
 * Clipping comes first, decay is added to what is left of the gradient, as when PyTorch's
 * clip_grad_norm_ is called before step. When the norm is not finite nothing changes: the
 * parameters stay as they were before the step.
 *
 * Returns: the Euclidean norm of all gradients that are not frozen, before clipping.
 */
double
nn_optim_step (NnOptim        *self,
               NnParams       *params,
               nn_real        *gradients,
               double          lr,
               const gboolean *frozen)
{
  Step step = { self, nn_params_poke_all (params), gradients, frozen };
  double total = 0, norm;

  g_return_val_if_fail (step.values != NULL, NAN);
  g_return_val_if_fail (nn_params_n_trainable (params) == self->n_values, NAN);

  run_pieces (self, sum_piece, &step);
  for (guint i = 0; i < self->pieces->len; i++)
    total += self->squares[i];
  norm = sqrt (total);
  if (!isfinite (norm))
    return norm;

  set_rates (&step, &self->spec, lr, norm, ++self->n_steps);
  run_pieces (self, update_piece, &step);

  return norm;
}

/**
 * nn_optim_serialize:
 *
 * Returns: (transfer full): the memory of the steps made: what nn_optim_restore() takes.
 */
GBytes *
nn_optim_serialize (NnOptim *self)
{
  GByteArray *bytes = g_byte_array_new ();

  nn_record_put_u32 (bytes, RECORD_MAGIC);
  nn_record_put_u32 (bytes, RECORD_VERSION);
  nn_record_put_u32 (bytes, self->spec.kind);
  nn_record_put_u32 (bytes, sizeof (nn_real));
  nn_record_put_u64 (bytes, self->n_values);
  nn_record_put_u64 (bytes, self->n_steps);
  for (guint i = 0; i < nn_optim_n_moments (self->spec.kind); i++)
    nn_record_put_reals (bytes, self->moments[i], self->n_values);

  return g_byte_array_free_to_bytes (bytes);
}

/**
 * nn_optim_restore:
 * @bytes: from an optimiser of the same kind for the same network
 *
 * Returns: %FALSE with %NN_ERROR_DATA and nothing changed.
 */
gboolean
nn_optim_restore (NnOptim *self,
                  GBytes  *bytes,
                  GError **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  CvrReader reader = cvr_reader_new (data, length);
  guint n_moments = nn_optim_n_moments (self->spec.kind);
  guint32 magic = cvr_reader_u32_le (&reader), version = cvr_reader_u32_le (&reader);
  guint32 kind = cvr_reader_u32_le (&reader), width = cvr_reader_u32_le (&reader);
  guint64 n_values = nn_record_u64 (&reader), n_steps = nn_record_u64 (&reader);

  if (reader.overrun || magic != RECORD_MAGIC || version != RECORD_VERSION ||
      width != sizeof (nn_real))
    {
      g_set_error_literal (error, NN_ERROR, NN_ERROR_DATA,
                           _("The saved state of the optimiser is damaged or of another version."));
      return FALSE;
    }
  if (kind != (guint32) self->spec.kind || n_values != self->n_values)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_DATA,
                   _("The saved state belongs to the optimiser “%s” with %lu parameters; this "
                     "training uses “%s” with %lu."),
                   kind < NN_N_OPTIMS ? names[kind] : "?", (gulong) n_values,
                   names[self->spec.kind], (gulong) self->n_values);
      return FALSE;
    }
  if (cvr_reader_left (&reader) != n_moments * self->n_values * sizeof (nn_real))
    {
      g_set_error (
        error, NN_ERROR, NN_ERROR_DATA,
        _("The saved state of the optimiser has %lu bytes after its head instead of %lu."),
        (gulong) cvr_reader_left (&reader),
        (gulong) (n_moments * self->n_values * sizeof (nn_real)));
      return FALSE;
    }

  for (guint i = 0; i < n_moments; i++)
    nn_record_reals (&reader, self->moments[i], self->n_values);
  self->n_steps = n_steps;

  return TRUE;
}
