"""An answer that keeps something from one call to the next is asked once more, and found out; others pay nothing."""

from pathlib import Path

import pytest
from workspaces import replaced, solved, workspace, zth

from grader.course.outline import lecture
from grader.course.source import parse
from grader.judging.keeping import may_keep

# Right on every first call of a size, wrong when the size comes again.
KEEPING = {
    "a buffer in the file": (
        "dC",
        """BUFFERS = {}


def dC(demb, Xb, vocab_size):
    dC = BUFFERS.setdefault(vocab_size, torch.zeros(vocab_size, demb.shape[2]))
    return dC.index_put_((Xb,), demb, accumulate=True).clone()


""",
    ),
    "a default that changes": (
        "dcounts",
        """def dcounts(dprobs, counts_sum_inv, dcounts_sum, known={}):
    return known.setdefault(dprobs.shape, counts_sum_inv * dprobs + dcounts_sum)


""",
    ),
    "an attribute of the function": (
        "db2",
        """def db2(dlogits):
    if not hasattr(db2, "known"):
        db2.known = {}
    return db2.known.setdefault(dlogits.shape, dlogits.sum(0))


""",
    ),
    "globals()": (
        "dh",
        """def dh(dlogits, W2):
    return globals().setdefault(f"dh of {tuple(W2.shape)}", dlogits @ W2.T)


""",
    ),
}


@pytest.mark.parametrize("what", KEEPING)
def test_what_is_kept_between_calls_is_found_out(tmp_path: Path, what: str) -> None:
    exercise, code = KEEPING[what]
    folder = workspace(tmp_path, part4=replaced(solved("part4"), code))
    verdict = zth(folder, "check", exercise, "--json").results[exercise]
    assert verdict["status"] == "failed", verdict["message"]
    assert verdict["diagnosis"]["says"].endswith("is something kept from one call to the next?")


HARMLESS = """EPSILON = 1e-5


def dbnvar(dbnvar_inv, bnvar, eps=EPSILON):
    return -0.5 * (bnvar + eps) ** -1.5 * dbnvar_inv


"""


def test_a_constant_of_the_file_is_no_crime(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=replaced(solved("part4"), HARMLESS))
    assert zth(folder, "check", "dbnvar", "--json").results["dbnvar"]["status"] == "passed"


@pytest.mark.parametrize("name", ["micrograd", "part4"])
def test_no_reference_is_suspected(name: str) -> None:
    source = parse(solved(name), f"{name}.py")
    assert not [e.name for e in lecture(name).exercises.values() if may_keep(source, e)]


VISITED = """def topological_order(root, visited=set()):
    order = []

    def visit(node):
        if node not in visited:
            visited.add(node)
            for child in node._prev:
                visit(child)
            order.append(node)

    visit(root)
    return order


"""


def test_a_walk_that_remembers_its_last_graph_is_found_out(tmp_path: Path) -> None:
    folder = workspace(tmp_path, micrograd=replaced(solved("micrograd"), VISITED))
    verdict = zth(folder, "check", "topological_order", "--json").results["topological_order"]
    assert verdict["status"] == "failed"
    assert "visited=set() is made only once" in verdict["diagnosis"]["says"]
