// How reports look: on screens light and dark, on paper. Nothing is fetched from anywhere.

import { Markup } from './markup.ts';

export const style = new Markup(`
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #ffffff; --panel: #f4f6f8; --line: #d0d7de;
  --good: #14612f; --bad: #a3161b; --warn: #7a4a00; --warn-paper: #fff4dc; --c1: #1f5fa8; --c2: #a3161b; --c3: #14612f; --c4: #6b3fa0; --c5: #8a4b00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --soft: #a9b3bd; --paper: #14181c; --panel: #1d2329; --line: #3a434c;
  --good: #6fd18f; --bad: #ff9a94; --warn: #ffd58a; --warn-paper: #3a2b0b; --c1: #7db7ff; --c2: #ff9a94; --c3: #6fd18f; --c4: #c9a7ff; --c5: #ffbe7a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 80rem; padding: 1rem 1.25rem 4rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.6rem; margin: .5rem 0; overflow-wrap: anywhere; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; } h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
a { color: var(--c1); } .skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; background: var(--paper); padding: .5rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; list-style: none; }
.scroll { overflow-x: auto; } .scroll:focus-visible { outline: 2px solid var(--c1); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
table.facts { width: auto; } caption { text-align: left; color: var(--soft); padding-bottom: .35rem; }
th, td { padding: .3rem .45rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th.word, td.word { text-align: left; } td.word, th.word[scope="row"] { white-space: normal; overflow-wrap: anywhere; min-width: 6rem; }
thead th { border-bottom: 2px solid var(--line); } tr.total > * { font-weight: 600; border-top: 2px solid var(--line); }
tr.bad > :last-child, .bad { color: var(--bad); } tr.good > :last-child, .good { color: var(--good); } table.labels tr > :last-child { color: inherit; } table.labels td.word { white-space: nowrap; min-width: 0; }
.note { color: var(--soft); max-width: 60rem; } .banner { border: 1px solid var(--line); border-left: .5rem solid var(--soft); background: var(--panel); padding: .6rem 1rem; margin: 1rem 0; }
.banner.good { border-left-color: var(--good); } .banner.bad { border-left-color: var(--bad); } .banner.warn { border-left-color: var(--warn); background: var(--warn-paper); color: var(--ink); }
.banner ul { margin: .25rem 0; }
figure { margin: 1rem 0; } figure svg { width: 100%; height: auto; display: block; } figcaption ul { display: flex; flex-wrap: wrap; gap: .1rem 1.5rem; list-style: none; padding: 0; margin: .25rem 0; font-size: .9rem; }
figcaption svg { width: 2rem; height: .6rem; display: inline-block; margin-right: .4rem; vertical-align: middle; }
svg text { fill: var(--soft); font-size: 12px; } svg .grid { stroke: var(--line); stroke-width: 1; } svg .axis { stroke: var(--soft); stroke-width: 1; }
svg .line { fill: none; stroke-width: 2; stroke-linejoin: round; } svg .hover { fill: transparent; } svg .hover:hover { fill: var(--soft); fill-opacity: .15; }
.c1 { stroke: var(--c1); } .c2 { stroke: var(--c2); } .c3 { stroke: var(--c3); } .c4 { stroke: var(--c4); } .c5 { stroke: var(--c5); } .dashed { stroke-dasharray: 6 4; }
svg circle.c1 { fill: var(--c1); } svg circle.c2 { fill: var(--c2); } svg circle.c3 { fill: var(--c3); } svg circle.c4 { fill: var(--c4); } svg circle.c5 { fill: var(--c5); }
details { border: 1px solid var(--line); border-radius: .25rem; margin: .3rem 0; padding: .3rem .75rem; } summary { cursor: pointer; overflow-wrap: anywhere; }
pre { background: var(--panel); padding: .6rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; font-size: .85rem; max-height: 30rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
footer { margin-top: 3rem; color: var(--soft); }
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --paper: #fff; --panel: #f4f4f4; --line: #999; --good: #14612f; --bad: #a3161b; --warn: #7a4a00; --warn-paper: #fff;
    --c1: #1f5fa8; --c2: #a3161b; --c3: #14612f; --c4: #6b3fa0; --c5: #8a4b00; }
  body { max-width: none; padding: 0; font-size: 10pt; } nav, .skip { display: none; } .scroll { overflow: visible; } th, td { padding: .15rem .3rem; font-size: 8pt; }
  figure, tr, .banner { break-inside: avoid; } h2, h3 { break-after: avoid; } pre { max-height: none; } }
`);
