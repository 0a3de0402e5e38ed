"""The operators of repairs, in three tiers by how often one of their edits is the one that helps.

Where a slip and its repair are the same kind of edit (another sign, keepdim or not, the transpose), the operator is the
one of `variants/catalogue`. What stands here only makes sense in this direction: it adds what somebody left out.
"""

from grader.repairs.catalogue import calls, copies, dims, names, numbers, steps, terms
from grader.variants.catalogue import constants, functions, powers, reductions, statements, tests
from grader.variants.catalogue import names as quantities
from grader.variants.catalogue import terms as sums
from grader.variants.changes import Operator

FIRST: tuple[Operator, ...] = (
    copies.drop_copy,
    copies.out_of_place,
    powers.outside_the_power,
    terms.into_the_power,
    terms.power_of_each,
    powers.power_of_a_sum,
    powers.bessel,
    calls.flag,
    calls.one_each,
    calls.called_or_not,
    reductions.keepdim,
    sums.transpose,
    sums.drop_minus,
    sums.drop_term,
    sums.turned_difference,
    functions.drop_argument,
    functions.drop_function,
    reductions.drop_reduction,
    names.whole_value,
    calls.drop_call,
    numbers.slice_ends,
    numbers.one_off,
    sums.regroup,
    sums.around_the_sum,
    reductions.other_reduction,
    tests.equality,
    tests.turned_round,
    calls.other_function,
    steps.add_or_replace,
    sums.drop_factor,
    sums.other_way_round,
    sums.flip_sign,
    powers.exponent,
    dims.other_dim,
    dims.over_everything,
    sums.multiply_or_divide,
    numbers.name_for_a_number,
    quantities.exchanged_results,
)
SECOND: tuple[Operator, ...] = (
    names.other_name,
    names.other_attribute,
    calls.with_the_generator,
    names.exchanged_entries,
    names.exchanged_operands,
    names.exchanged_values,
    names.other_size,
    names.further_entry,
    terms.add_minus,
    terms.power,
    copies.copied,
    calls.in_order,
    steps.unconditional,
    terms.further_factor,
    terms.by_a_size,
    terms.further_term,
)
THIRD: tuple[Operator, ...] = (
    steps.into_or_out_of_a_loop,
    steps.with_itself,
    statements.exchange_steps,
    tests.always,
    tests.drop_condition,
    constants.other_number,
    statements.drop_step,
    dims.summed,
    copies.unrecorded,
    terms.one_minus,
    terms.doubled_or_halved,
    calls.wrapped,
)
TIERS = (FIRST, SECOND, THIRD)

# What may mend an answer whose values are right already: an input was changed, or the graph is not as it should be.
COPYING: tuple[Operator, ...] = (
    copies.drop_copy,
    names.whole_value,
    copies.out_of_place,
    copies.copied,
    copies.unrecorded,
    calls.flag,
)
