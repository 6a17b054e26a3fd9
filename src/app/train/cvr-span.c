/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stretch of an axis that is looked at: zoomed and moved within the whole. */
#include "cvr-span.h"

CvrSpan
cvr_span_zoom (CvrSpan span,
               CvrSpan whole,
               double  at,
               double  factor,
               double  smallest)
{
  double length = span.high - span.low, all = whole.high - whole.low;
  double share = length > 0 ? CLAMP ((at - span.low) / length, 0, 1) : 0.5;
  double wanted = MIN (MAX (length * factor, smallest), all);
  double low = CLAMP (span.low + share * length - share * wanted, whole.low, whole.high - wanted);

  return (CvrSpan){ low, low + wanted };
}

CvrSpan
cvr_span_move (CvrSpan span,
               CvrSpan whole,
               double  by)
{
  double length = MIN (span.high - span.low, whole.high - whole.low);
  double low = CLAMP (span.low + by, whole.low, whole.high - length);

  return (CvrSpan){ low, low + length };
}

gboolean
cvr_span_is_whole (CvrSpan span,
                   CvrSpan whole)
{
  double slack = (whole.high - whole.low) * 1e-9;

  return span.low <= whole.low + slack && span.high >= whole.high - slack;
}
