"""What is handed out several times by one name is told of once."""

from pathlib import Path

from workspaces import replaced, solved, workspace, zth

TAKES_A_STEP = """def zero_init_report(params, X, Y):
    C, W1, b1, W2, b2 = params
    loss = F.cross_entropy(torch.tanh(C[X].flatten(1) @ W1 + b1) @ W2 + b2, Y)
    gradients = torch.autograd.grad(loss, params)
    with torch.no_grad():
        for p, gradient in zip(params, gradients):
            p -= gradient
    return {name for name, gradient in zip(("C", "W1", "b1", "W2", "b2"), gradients) if gradient.any()}


"""


def test_a_name_is_said_once(tmp_path: Path) -> None:
    place = workspace(tmp_path / "learner", part3=replaced(solved("part3"), TAKES_A_STEP))
    run = zth(place, "check", "part3.zero_init_report")
    assert "you change `C` and `W1` and `b1` and `W2` and `b2` in place" in " ".join(run.out.split())
