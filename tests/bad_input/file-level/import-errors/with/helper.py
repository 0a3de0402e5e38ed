def transposed(t):
    return t.T


def fails(t):
    return t.no_such_thing
