"""What a place is asked about at the second hint: the kind of change, as a question. Only where the kind is safe."""

_BY_KIND = {
    "over which dimension?": ("other dim", "over everything", "summed", "drop reduction"),
    "does the dimension stay?": ("keepdim",),
    "how are these put together?": ("other reduction",),
    "with which sign?": ("drop minus", "add minus", "flip sign", "turned difference"),
    "replace, or add up?": ("add or replace",),
    "a new tensor, or the old one changed?": ("out of place", "copied", "drop copy", "unrecorded"),
    "one more, or one less?": ("one off", "slice ends", "bessel"),
    "which power?": ("exponent", "power", "power of a sum"),
    "inside the root, or outside?": ("into the power", "outside the power"),
    "of each, or of the sum?": ("power of each",),
    "in which order?": ("exchanged results", "exchanged entries", "exchanged operands", "other way round"),
    "transposed, or not?": ("transpose",),
    "multiplied, or divided?": ("multiply or divide",),
    "where do the parentheses belong?": ("regroup", "around the sum"),
    "does all of this belong here?": ("drop term", "drop factor", "drop function", "drop argument", "drop step"),
    "is something missing here?": ("further factor", "further term", "by a size", "with the generator"),
    "is this the quantity that you mean?": ("other name", "other attribute", "other size"),
    "always this number?": ("name for a number",),
    "is the test the right way round?": ("turned round", "equality", "unconditional"),
    "the right function?": ("other function",),
    "yes, or no?": ("flag",),
    "at the right time?": ("exchange steps", "into or out of a loop"),
}
_QUESTIONS = {operator: question for question, operators in _BY_KIND.items() for operator in operators}


def question(operator: str) -> str:
    """The question for an operator's kind of change; "" where it could mislead."""
    return _QUESTIONS.get(operator, "")
