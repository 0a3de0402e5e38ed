"""The catalogue of operators: what usually goes wrong, as edits of a right answer, in the order in which they speak.

An operator is a plain function: a scene and one node of its tree in, the changes it makes there out.
"""

from grader.variants.catalogue import constants, functions, indices, names, powers, reductions, statements, terms, tests
from grader.variants.changes import Operator

OPERATORS: tuple[Operator, ...] = (
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
    tests.equality,
    tests.turned_round,
    tests.always,
    tests.drop_condition,
    statements.drop_step,
    statements.exchange_steps,
    statements.out_of_the_loop,
    powers.outside_the_power,
    terms.regroup,
    terms.multiply_or_divide,
    constants.other_size,
    constants.one_more_or_less,
    names.wrong_quantity,
    names.exchanged,
    names.exchanged_results,
    functions.drop_argument,
    functions.exchanged_arguments,
    constants.other_number,
    terms.squared,
    terms.further_factor,
)
