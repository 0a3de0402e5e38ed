"""How the page of verdicts looks: light or dark as the reader has it, on a telephone too."""

HUES = 8  # steps of a heat map, for each sign
_MORE, _LESS = "47, 111, 235", "222, 84, 30"  # blue and orange: told apart by whoever sees no red or no green

_HEAT = "\n".join(
    f".heat .{sign}{step} {{ background: rgba({rgb}, {0.06 + 0.62 * step / HUES:.2f}); }}"
    for sign, rgb in (("more", _MORE), ("less", _LESS))
    for step in range(1, HUES + 1)
)

STYLE = f"""
:root {{
  color-scheme: light dark;
  --ground: #ffffff; --card: #f6f7f9; --ink: #1c2128; --soft: #59636e; --line: #d5dae0;
  --red: #b3261e; --green: #1a7f37; --amber: #8a5a00; --mark: #ffe58a;
}}
@media (prefers-color-scheme: dark) {{
  :root {{
    --ground: #14181d; --card: #1d232b; --ink: #e4e8ed; --soft: #9aa5b1; --line: #353d47;
    --red: #ff8a80; --green: #6fce85; --amber: #e5b455; --mark: #6b5400;
  }}
}}
* {{ box-sizing: border-box; }}
body {{
  margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 68rem;
  background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
}}
h1, h2, h3, h4, p, pre, ul {{ margin: 0; }}
h1 {{ font-size: 1.6rem; }}
header p, .title, .where, .numbers, .next, .evidence, .part, figcaption, h4, .right {{ color: var(--soft); }}
h2 {{ font-size: 1.25rem; margin-top: 2.5rem; }}
h2 .title {{ font-weight: normal; }}
h3 {{ font-size: 1.05rem; overflow-wrap: anywhere; }}
h3.passed {{ color: var(--green); margin-top: 1.5rem; }}
h3.todo {{ margin-top: 1.5rem; }}
h4 {{ font-size: .9rem; font-weight: 600; margin-top: .9rem; overflow-wrap: anywhere; }}
code, pre, .where, .heat {{ font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; }}
code {{ font-size: .93em; overflow-wrap: anywhere; }}
pre {{ overflow-x: auto; font-size: .87rem; line-height: 1.45; unicode-bidi: plaintext; direction: ltr; }}
progress {{ width: 12rem; max-width: 60%; vertical-align: middle; accent-color: var(--green); }}
.count {{ color: var(--soft); }}
article, .note {{
  margin-top: 1.25rem; padding: 1rem; background: var(--card);
  border: 1px solid var(--line); border-left: 4px solid var(--red); border-radius: 6px;
}}
article h3 {{ color: var(--red); }}
.mild, .note {{ border-left-color: var(--amber); }}
.mild h3, .note h3 {{ color: var(--amber); }}
.status {{ font-weight: normal; border: 1px solid; border-radius: 4px; padding: 0 .4em; font-size: .8rem; }}
.where {{ font-weight: normal; font-size: .85rem; }}
article > p.title {{ font-size: .9rem; }}
.says {{ margin-top: .6rem; font-size: 1.08rem; max-width: 46rem; }}
article > p, .note > p {{ margin-top: .4rem; }}
.code, .graph, .output {{
  margin-top: .6rem; padding: .6rem .8rem; background: var(--ground); border: 1px solid var(--line); border-radius: 4px;
}}
.output {{ max-height: 20rem; white-space: pre-wrap; overflow-wrap: anywhere; }}
.number {{ color: var(--soft); user-select: none; }}
mark {{ background: var(--mark); color: inherit; border-bottom: 2px solid; padding-bottom: .12em; }}
figure {{ margin: .6rem 0 0; }}
figcaption, .evidence, .numbers, .next, .part, .right {{ font-size: .88rem; }}
figcaption {{ margin-top: .3rem; }}
.evidence {{ margin-top: .6rem; padding-left: 1.2rem; }}
.pattern {{ font-weight: 600; }}
.pictures {{ display: flex; flex-wrap: wrap; gap: .8rem 1.4rem; margin-top: .5rem; }}
.scroll {{ overflow-x: auto; max-width: 100%; }}
.heat {{ border-collapse: collapse; font-size: .72rem; font-variant-numeric: tabular-nums; }}
.heat caption {{ text-align: left; font: 600 .85rem system-ui, sans-serif; padding-bottom: .2rem; }}
.heat td, .heat th {{ padding: .18rem .3rem; text-align: right; min-width: 2.1rem; border: 1px solid var(--line); }}
.heat th, .heat tr:first-child td {{ border: 0; color: var(--soft); font-weight: normal; min-width: 1.2rem; }}
.heat .same {{ text-align: center; color: var(--soft); }}
.heat .odd {{ font-weight: 700; outline: 2px solid var(--red); outline-offset: -2px; }}
{_HEAT}
.next {{ margin-top: .9rem !important; }}
.names {{ display: flex; flex-wrap: wrap; gap: .2rem .9rem; padding: 0; list-style: none; margin-top: .3rem; }}
.right {{ margin-top: .8rem; overflow-wrap: anywhere; }}
@media (max-width: 30rem) {{ .heat {{ font-size: .66rem; }} .heat td, .heat th {{ padding: .16rem .2rem; }} }}
@media print {{ article, pre {{ break-inside: avoid; }} }}
"""
