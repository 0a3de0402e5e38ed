"""The catalogue of operators: what usually goes wrong, as edits of a right answer, in the order in which they speak.

An operator is a plain function: a scene and one node of its tree in, the changes it makes there out.
"""

from grader.variants.catalogue import constants, functions, indices, names, powers, reductions, statements, terms, tests
from grader.variants.changes import Operator

STRONG: tuple[Operator, ...] = (
    powers.exponent,
    powers.bessel,
    terms.drop_minus,
    terms.drop_term,
    terms.drop_factor,
    terms.flip_sign,
    reductions.dim,
    reductions.drop_reduction,
    reductions.other_reduction,
    reductions.keepdim,
    reductions.first_only,
    reductions.averaged,
    reductions.summed_too,
    reductions.before_the_product,
    indices.whole_columns,
    indices.exchanged_index,
    indices.other_entry,
    powers.power_of_a_sum,
    statements.overwrite,
    statements.other_way,
    statements.add_up,
    terms.in_place,
    terms.transpose,
    terms.other_way_round,
    functions.drop_function,
    functions.other_function,
    functions.twice,
    functions.squared_call,
    statements.drop_step,
    tests.equality,
    tests.turned_round,
    tests.always,
    tests.drop_condition,
    statements.exchange_steps,
    statements.out_of_the_loop,
    powers.outside_the_power,
    powers.power_of_the_sum,
    powers.root_of_it_all,
    terms.regroup,
    terms.around_the_sum,
    terms.multiply_or_divide,
    names.exchanged,
    names.exchanged_results,
    names.wrong_target,
    functions.exchanged_pair,
)
WEAK: tuple[Operator, ...] = (
    constants.other_size,
    constants.one_more_or_less,
    constants.always_the_default,
    constants.hard_coded,
    names.lost,
    names.cut_off,
    names.wrong_quantity,
    names.wrong_factor,
    functions.drop_entry,
    functions.drop_argument,
    functions.exchanged_arguments,
    constants.other_number,
    constants.for_a_number,
    names.as_if,
    terms.other_operation,
    terms.squared,
    terms.averaged_term,
    terms.further_factor,
)
OPERATORS = STRONG + WEAK

# What these say is about the form of an answer, and that of an alternative is not the learner's.
OF_ITS_OWN_FORM = (
    statements.drop_step,
    statements.exchange_steps,
    statements.out_of_the_loop,
    functions.drop_entry,
    functions.exchanged_arguments,
)
