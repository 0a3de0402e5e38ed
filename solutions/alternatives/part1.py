"""Right answers to part 1 that look different from the reference. The grader has to accept every one of them."""


def build_vocab__dict_zip(words):
    chars = ["."] + sorted(list(set("".join(words))))
    stoi = dict(zip(chars, range(len(chars))))
    return stoi, dict(zip(range(len(chars)), chars))
