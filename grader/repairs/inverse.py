"""Which slips a repair undoes: of variants that all behave like an answer, that slip is the likeliest."""

_UNDOES = {
    "add minus": {"drop minus"},
    "add or replace": {"overwrite", "add up", "other way"},
    "around the sum": {"regroup"},
    "doubled or halved": {"of the whole", "other number"},
    "exchanged entries": {"exchanged arguments", "exchanged pair", "exchanged index"},
    "exchanged operands": {"turned difference", "other way round"},
    "further factor": {"drop factor", "lost"},
    "further term": {"drop term"},
    "into or out of a loop": {"out of the loop"},
    "into the power": {"outside the power"},
    "name for a number": {"hard coded", "always the default"},
    "one off": {"one more or less", "other entry"},
    "other attribute": {"wrong quantity", "wrong target"},
    "other dim": {"dim"},
    "other name": {"wrong quantity", "wrong factor"},
    "out of place": {"in place"},
    "over everything": {"dim"},
    "power": {"exponent"},
    "power of each": {"power of the sum"},
    "regroup": {"around the sum"},
    "summed": {"drop reduction"},
    "unconditional": {"turned round", "drop condition"},
    "wrapped": {"drop function"},
}


def undone_by(repair: str) -> frozenset[str]:
    """The operators of variants that an operator of repairs undoes, by name. Most undo themselves."""
    return frozenset({repair} | _UNDOES.get(repair, set()))
