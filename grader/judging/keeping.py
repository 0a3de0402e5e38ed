"""Whether an answer could keep something from one call to the next: then it is asked once more."""

import ast

from grader.course.outline import Exercise
from grader.course.source import Source, bound_names, walked

REACHING = ("globals", "vars", "setattr", "getattr", "hasattr", "exec", "eval", "__import__", "locals")
CONSTANTS = (ast.Constant, ast.UnaryOp, ast.Attribute, ast.Name)


def may_keep(source: Source, exercise: Exercise) -> bool:
    """A guess, and rather yes than no: a default that can change, a name of the file that is no function, an attribute
    of a function or class, something written into what is not the function's own, a decorator, `global`. Whoever writes
    none of these pays nothing for it.
    """
    at_file_level = {
        node.id
        for statement in source.tree.body
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    functions = {name: node for name, node in source.definitions.items() if isinstance(node, ast.FunctionDef)}
    waiting = [blank for blank in exercise.blanks if blank in functions]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if _keeps(functions[name], at_file_level, functions.keys() | source.definitions.keys()):
            return True
        own = bound_names(functions[name])
        waiting += [n.id for n in walked(functions[name]) if isinstance(n, ast.Name) and n.id in functions.keys() - own]
    return False


def _root(node: ast.AST) -> str:
    """The name at the beginning of `a.b[c].d`."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _keeps(function: ast.FunctionDef, at_file_level: set[str], definitions: set[str]) -> bool:
    own = bound_names(function)
    for node in walked(function):
        match node:
            case ast.FunctionDef(decorator_list=[_, *_]) | ast.Global():
                return True
            case ast.FunctionDef(args=arguments) | ast.Lambda(args=arguments):
                defaults = [d for d in (*arguments.defaults, *arguments.kw_defaults) if d is not None]
                if not all(isinstance(default, CONSTANTS) for default in defaults):
                    return True
            case ast.Name(id=name) if name not in own and (name in at_file_level or name in REACHING):
                return True
            case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()) if _root(node) not in own:
                return True
            case ast.Attribute(value=ast.Name(id=name)) if name in definitions - own:
                return True
            case ast.Attribute(attr="__dict__" | "__class__" | "__defaults__"):
                return True
    return False
