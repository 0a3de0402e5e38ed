"""The graph in which gradients are wrong, drawn as text or as DOT, and the first node that is wrong going back."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from grader.judging.verdict import Number, Quantity
from grader.reports.page import Page, visible

SIGNS = {False: ("├─ ", "└─ ", "│  ", "   "), True: ("|- ", "`- ", "|  ", "   ")}


@dataclass(frozen=True)
class Graph:
    """A graph's nodes with what became of their gradients.

    text: the lines that build it. lines, operands: how a node is made, and of what; a leaf has neither.
    """

    text: str
    root: str
    lines: dict[str, str]
    operands: dict[str, tuple[str, ...]]
    gradients: dict[str, Quantity]

    @property
    def first_wrong(self) -> str:
        """The node whose gradient is wrong though those of all nodes that are made of it are right."""
        return next((node for node in self.order() if node in self.gradients and not self.gradients[node].ok), "")

    def order(self) -> Iterator[str]:
        """From the root back."""
        named = list(reversed(self.lines))
        leaves = dict.fromkeys(o for node in named for o in self.operands[node] if o not in self.lines)
        yield from named
        yield from leaves


def wrong_graph(quantities: tuple[Quantity, ...]) -> Graph | None:
    """The first graph that has a wrong gradient, if any."""
    text = next((q.graph for q in quantities if q.graph and not q.ok), "")
    if not text:
        return None
    lines, operands = {}, {}
    for line in text.split("; "):
        name, _, made = line.partition(" = ")
        lines[name] = made
        names = [node for node in ast.walk(ast.parse(made, mode="eval")) if isinstance(node, ast.Name)]
        operands[name] = tuple(dict.fromkeys(n.id for n in sorted(names, key=lambda n: n.col_offset)))
    return Graph(text, list(lines)[-1], lines, operands, {q.node: q for q in quantities if q.graph == text})


def graph_words(graph: Graph) -> str:
    """Which gradient is the first that is wrong."""
    wrong, right = graph.first_wrong, []
    for node in graph.order():
        if node == wrong:
            break
        right.append(node)
    before = f"{', '.join(right)} {'is' if len(right) == 1 else 'are'} right, " if right else ""
    return f"Going back from {graph.root}: {before}{wrong}.grad is the first that is wrong."


def graph_lines(graph: Graph, page: Page, indent: str = "    ") -> list[str]:
    """The graph from its root, operands below what is made of them; a node that is used again is drawn once."""
    rows = list(_tree(graph, graph.root, "", "", SIGNS[page.plain], set()))
    room = max(len(left) for left, node in rows if node)
    told = {node: _told(graph, node, page) for _, node in rows if node}
    if max(map(len, told.values())) + len(indent) + room + 2 > page.width:
        told = {node: _told(graph, node, page, short=True) for node in told}
    lines = []
    for left, node in rows:
        style = {"fg": "red", "bold": node == graph.first_wrong} if node and _is_wrong(graph, node) else {}
        line = page.cut(f"{indent}{left:<{room}}  {told.get(node, '')}")
        lines.append(page.style(line, **style) if style else line)
    return lines


def _tree(
    graph: Graph, node: str, head: str, below: str, signs: tuple[str, str, str, str], drawn: set[str]
) -> Iterator[tuple[str, str]]:
    made = graph.lines.get(node, "")
    if node in drawn:
        yield f"{head}{node} (drawn above)", ""
        return
    drawn.add(node)
    yield f"{head}{node}{f' = {made}' if made else ''}", node
    operands = graph.operands.get(node, ())
    for number, operand in enumerate(operands, 1):
        last = number == len(operands)
        yield from _tree(graph, operand, below + signs[1 if last else 0], below + signs[3 if last else 2], signs, drawn)


def _is_wrong(graph: Graph, node: str) -> bool:
    return node in graph.gradients and not graph.gradients[node].ok


def _told(graph: Graph, node: str, page: Page, short: bool = False) -> str:
    """What became of a node's gradient; `short` where there is little room."""
    quantity = graph.gradients.get(node)
    if quantity is None:
        return ""
    symbol, got = page.symbol("passed" if quantity.ok else "failed"), quantity.got
    if not quantity.ok and (got is None or quantity.expected is None):
        return f"{symbol} {visible(quantity.problem)}"
    told = "" if got is None else f"{'' if short else 'grad '}{_short(got)}"
    if not quantity.ok and quantity.expected is not None:
        told += f", {'not' if short else 'expected'} {_short(quantity.expected)}"
    return f"{symbol} {told}".rstrip()


def _short(number: Number) -> str:
    return f"{number:.4g}" if isinstance(number, float) else visible(str(number))


def as_dot(graph: Graph) -> str:
    """The graph for graphviz: an ellipse a node, with its gradient; wrong ones have a double line."""
    lines = ["digraph gradients {", "  rankdir=LR;"]
    for node in graph.order():
        quantity = graph.gradients.get(node)
        label = f"{node} = {graph.lines[node]}" if node in graph.lines else node
        if quantity is not None and quantity.got is not None:
            wrong = (
                f"\\n(expected {_short(quantity.expected)})"
                if not quantity.ok and quantity.expected is not None
                else ""
            )
            label += f"\\ngrad {_short(quantity.got)}{wrong}"
        label = label.replace('"', '\\"')
        style = " peripheries=2 color=red" if _is_wrong(graph, node) else ""
        lines.append(f'  {node} [label="{label}"{style}];')
    lines += [f"  {operand} -> {node};" for node in reversed(graph.lines) for operand in graph.operands[node]]
    return "\n".join([*lines, "}"]) + "\n"
