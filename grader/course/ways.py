"""By hand means by hand: the ways that an exercise may forbid, how they are found, and the words for them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
    """A forbidden way. `scanned`: names of torch whose use, or whose parts' use, is seen in the source.
    `watched`: functions whose call is noted. `words`: what the exercise asks for instead.
    `named`: what is not to be used, as one writes it; `more`: whether that leaves out some of the kind.
    """

    scanned: tuple[str, ...]
    watched: tuple[str, ...]
    words: str
    named: tuple[str, ...]
    more: bool = False


WAYS = {
    "autograd": Way(
        scanned=(
            "torch.autograd.grad",
            "torch.autograd.backward",
            "torch.autograd.functional",
            "torch.autograd.forward_ad",
            "torch.func",
            "torch.*_backward",
            "torch.*_backward_data",
        ),
        watched=("torch.Tensor.backward", "torch.autograd.grad", "torch.autograd.backward"),
        words="asks for the gradient by hand",
        named=(".backward()", "torch.autograd.grad", "torch.func"),
        more=True,
    ),
    "torch": Way(scanned=("torch",), watched=(), words="is done in plain Python", named=("torch",)),
    "broadcasting": Way(
        scanned=("torch.broadcast_shapes", "torch.broadcast_tensors", "torch.functional.broadcast_*"),
        watched=(),
        words="asks for the rule itself",
        named=("torch.broadcast_shapes", "torch.broadcast_tensors"),
    ),
    "softmax": Way(
        scanned=("torch.*softmax", "torch.nn.Softmax", "torch.nn.LogSoftmax"),
        watched=("torch.Tensor.softmax", "torch.Tensor.log_softmax"),
        words="asks for the softmax itself",
        named=("F.softmax", "F.log_softmax", ".softmax()", "nn.Softmax"),
        more=True,
    ),
    "cross entropy": Way(
        scanned=("torch.*cross_entropy", "torch.*nll_loss", "torch.nn.CrossEntropyLoss", "torch.nn.NLLLoss"),
        watched=(),
        words="asks for the loss itself",
        named=("F.cross_entropy", "F.nll_loss", "nn.CrossEntropyLoss", "nn.NLLLoss"),
    ),
    "layers": Way(
        scanned=("torch.nn.Linear", "torch.nn.Tanh", "torch.nn.BatchNorm1d"),
        watched=(),
        words="does without torch's own layers",
        named=("nn.Linear", "nn.Tanh", "nn.BatchNorm1d"),
    ),
    "batch norm": Way(
        scanned=("torch.*batch_norm", "torch.nn.BatchNorm1d"),
        watched=(),
        words="asks for the formula itself",
        named=("F.batch_norm", "nn.BatchNorm1d"),
    ),
    "modules": Way(
        scanned=("torch.nn.Embedding", "torch.nn.Sequential", "torch.nn.BatchNorm1d"),
        watched=(),
        words="does without torch's own modules",
        named=("nn.Embedding", "nn.Sequential", "nn.BatchNorm1d"),
    ),
    "attention": Way(
        scanned=("torch.*scaled_dot_product_attention", "torch.nn.MultiheadAttention", "torch.*attention_forward"),
        watched=(),
        words="asks for the attention itself",
        named=("F.scaled_dot_product_attention", "nn.MultiheadAttention"),
    ),
    "layer norm": Way(
        scanned=("torch.*layer_norm", "torch.nn.LayerNorm"),
        watched=(),
        words="asks for the normalising itself",
        named=("F.layer_norm", "nn.LayerNorm"),
    ),
    "dropout": Way(
        scanned=("torch.*dropout", "torch.*dropout_", "torch.nn.Dropout", "torch.nn.AlphaDropout"),
        watched=(),
        words="asks for the dropping itself",
        named=("F.dropout", "nn.Dropout"),
        more=True,
    ),
}


def without(forbids: tuple[str, ...]) -> str:
    """What an exercise is to be done without: "F.layer_norm, nn.LayerNorm"; "" if anything will do."""
    names = dict.fromkeys(name for way in forbids for name in WAYS[way].named)
    return ", ".join(names) + (" and the like" if any(WAYS[way].more for way in forbids) else "")
