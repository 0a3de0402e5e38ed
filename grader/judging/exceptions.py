"""What an exception says, in the learner's terms. Each pattern is read against "Kind: words"."""

import re

from grader.sandbox import wire

FITTING = "Two shapes meet that do not fit: {0} against {1} in dim {2}."
INNER = "The inner sizes of a matrix product must agree: ({0}, {1}) @ ({2}, {3}) has {1} beside {2}."

# In the learner's own function.
WITHIN: tuple[tuple[str, str], ...] = (
    (r"RuntimeError: mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)", INNER),
    (
        r"RuntimeError: The size of tensor a \((\d+)\) must match .* b \((\d+)\) at non-singleton dimension (\d+)",
        FITTING,
    ),
    (
        r"RuntimeError: shape '\[(.*)\]' is invalid for input of size (\d+)",
        "The shape ({0}) does not hold exactly {1} numbers. Sizes differ: take them from the inputs.",
    ),
    (
        r"RuntimeError: The expanded size of the tensor \((\d+)\) must match the existing size \((\d+)\)",
        "Only a dim of size 1 can be stretched: here {1} numbers should become {0}.",
    ),
    (
        r"RuntimeError: a leaf Variable that requires grad is being used in an in-place operation",
        "A parameter that requires grad is changed while torch is recording. Change it under `torch.no_grad()`.",
    ),
    (
        r"AttributeError: '(?:int|float)' object has no attribute '(data|grad|_prev|_backward|tanh|exp|log)'",
        "A plain number comes by here, where your code expects a Value: a number has no `.{0}`. Make it a Value first.",
    ),
    (
        r"TypeError: unsupported operand type\(s\) for ([^ :]+): (?:'(?:float|int|Tensor)' and 'NoneType'|'NoneType')",
        "One side of `{0}` is None here.",
    ),
    (
        r"IndexError: index (\d+) is out of bounds for dimension (\d+) with size (\d+)",
        "Entry {0} is asked for in dim {1}, which has {2} entries; they count from 0.",
    ),
    (
        r"NameError: name '(\w+)' is not defined",
        "Nothing is called `{0}` here. A function knows its arguments, what it makes itself, and the file's own names.",
    ),
    (r"KeyError: ('\w+')", "There is no entry {0} in what you look it up in."),
)

# In what the check does with an answer.
BEHIND: tuple[tuple[str, str], ...] = (
    (
        r"AttributeError: '(?:int|float)' object has no attribute '(\w+)'",
        "A plain number stands where a Value is asked for: it has no `.{0}`, and no graph behind it.",
    ),
    (r"AttributeError: 'list' object has no attribute", "A list stands where a single Value is asked for."),
    (
        r"AttributeError: 'NoneType' object has no attribute",
        "None stands where something else is asked for. It is what a function without a `return` gives.",
    ),
    (
        r"AttributeError: '(\w+)' object has no attribute '(\w+)'",
        "The {0} has no `{1}`, which is asked for.",
    ),
    (
        r"TypeError: 'NoneType' object is not callable",
        "`_backward` holds None. A function with () behind it runs at once, and what is kept is what it returned.",
    ),
    (r"TypeError: '(\w+)' object is not iterable", "A single {0} stands where several are asked for."),
    (
        r"TypeError: unsupported operand type\(s\) for ([^ :]+): '(?:int|float)' and 'Value'",
        "With a number on the left of `{0}`, Python asks the Value on the right to do it, and yours does not answer.",
    ),
)


def explained(trouble: wire.Trouble, line: str, expression: str, values: bool) -> str:
    """What an exception says, with the shapes of what stands in the line; "" for one that speaks for itself.

    line: the learner's. expression: the check's that led to it. values: whether the lecture is about Values.
    """
    if trouble.kind == "RecursionError" and expression and not re.match(r"\w+\(", expression):
        return f"`{expression}` leads back to itself: what answers it asks for the same again, without an end."
    told = f"{trouble.kind}: {' '.join(trouble.words.split())}"
    for pattern, words in WITHIN if trouble.line else BEHIND:
        if found := re.match(pattern, told):
            if ("Value" in words and not values) or ("_backward" in words and "_backward" not in expression):
                return ""
            if "is None here" in words and ".grad" in line and not values:
                words += " A `.grad` is None as long as nobody has called backward()."
            return f"{words.format(*found.groups())} {_shapes(trouble, line)}".strip()
    return ""


def _shapes(trouble: wire.Trouble, line: str) -> str:
    if trouble.kind not in ("RuntimeError", "IndexError", "ValueError"):
        return ""
    if not re.search(r"size|shape|dimension", trouble.words):
        return ""
    names = [name for name in dict.fromkeys(re.findall(r"\b[A-Za-z_]\w*\b", line)) if name in trouble.shapes]
    told = [f"`{name}` is {trouble.shapes[name]}" for name in names]
    return f"Here {' and '.join(filter(None, [', '.join(told[:-1]), told[-1]]))}." if told else ""
