"""Style of the printable report: light and dark on the screen, light on A4 paper."""

from __future__ import annotations

from gepnet_core.figures.palette import ADENOCARCINOMA_COLOUR, DARK, LIGHT, NET_COLOUR, Ink

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"


def _variables(ink: Ink) -> str:
    return (
        f"--text: {ink.text}; --muted: {ink.muted}; --line: {ink.grid}; --hatch: {ink.hatch}; "
        f"--ground: {ink.background};"
    )


CASE_STYLE = f"""\
:root {{ color-scheme: light dark; {_variables(LIGHT)} }}
@media screen and (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}
@page {{ size: A4; margin: 15mm 16mm; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 {FONT};
  font-variant-numeric: tabular-nums; }}
main {{ max-width: 46rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }}
header {{ border-bottom: 1px solid var(--line); margin-bottom: 1.25rem; }}
header p, footer p {{ color: var(--muted); margin: .25rem 0 .75rem; font-size: .875rem; }}
h1 {{ font-size: 1.125rem; margin: 0; font-weight: 600; }}
h2 {{ font-size: 1rem; margin: 1.5rem 0 .4rem; font-weight: 600; break-after: avoid; }}
h3 {{ font-size: .9375rem; margin: 0 0 .25rem; font-weight: 600; }}
p {{ margin: .35rem 0; }}
ul {{ margin: .35rem 0; padding-left: 1.2rem; }}
li {{ margin: .2rem 0; }}
.small, figcaption {{ font-size: .8125rem; }}
p.small, figcaption {{ color: var(--muted); }}
.synthetic {{ display: inline-block; border: 1px solid currentColor; padding: 0 .5rem; font-weight: 700; }}
header p.synthetic {{ color: var(--text); }}
.verdict {{ border-left: 5px solid var(--muted); padding: .1rem 0 .1rem 1rem; }}
.verdict h2 {{ font-size: 1.625rem; line-height: 1.2; margin: 0 0 .35rem; }}
.verdict.net {{ border-color: {NET_COLOUR}; }}
.verdict.adenocarcinoma {{ border-color: {ADENOCARCINOMA_COLOUR}; }}
.mark {{ width: .8em; height: .8em; margin-right: .45em; }}
.net .mark, svg .net {{ fill: {NET_COLOUR}; }}
.adenocarcinoma .mark, svg .adenocarcinoma {{ fill: {ADENOCARCINOMA_COLOUR}; }}
.qualifier {{ font-weight: 600; margin: .1rem 0; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line); font-weight: 400;
  vertical-align: top; }}
thead th {{ color: var(--muted); font-size: .8125rem; }}
th:first-child, td:first-child, .origin, .scope th, .scope td {{ text-align: left; }}
th:first-child, td:first-child {{ padding-left: 0; }}
td.origin {{ font-size: .8125rem; color: var(--muted); }}
.scope tr.no td, .scope tr.no th {{ font-weight: 600; }}
.scope td:first-child {{ white-space: nowrap; }}
.pair {{ display: grid; grid-template-columns: 1fr 1fr; gap: 0 2rem; }}
figure {{ margin: 1.25rem 0 0; }}
figure svg {{ display: block; width: 100%; height: auto; }}
svg text {{ font: 12px {FONT}; fill: var(--text); paint-order: stroke; stroke: var(--ground);
  stroke-width: 4px; stroke-linejoin: round; }}
svg text.tick {{ fill: var(--muted); }}
svg text.case {{ font-weight: 600; }}
svg .axis {{ stroke: var(--muted); }}
svg .hatch {{ stroke: var(--hatch); stroke-width: 1.4; }}
svg .cutoff {{ stroke: var(--text); stroke-width: 1.5; }}
svg .own {{ stroke-dasharray: 6 4; }}
svg rect.case {{ fill: var(--text); }}
svg .bar {{ stroke-width: 2; }}
svg .net .bar {{ stroke: {NET_COLOUR}; }}
svg .adenocarcinoma .bar {{ stroke: {ADENOCARCINOMA_COLOUR}; }}
footer {{ border-top: 1px solid var(--line); margin-top: 1.75rem; padding-top: .5rem; }}
footer p {{ margin: .15rem 0; }}
@media (max-width: 36rem) {{ .pair {{ grid-template-columns: 1fr; row-gap: 1rem; }} }}
@media print {{
  :root {{ color-scheme: light; }}
  body {{ font-size: 9.5pt; line-height: 1.4; }}
  main {{ max-width: none; padding: 0; }}
  .pair {{ grid-template-columns: 1fr 1fr; }}
  figure, tr, li, .verdict, .pair > div {{ break-inside: avoid; }}
  h2 {{ margin-top: 1rem; }}
  * {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
}}
"""
