// How the page of the statistics looks: HAProxy's colours for what they mean, readable by day and by night.

export const pageStyle = `
:root { color-scheme: light dark; font: 14px/1.4 system-ui, sans-serif; }
body { margin: 1.5rem; }
h1 { font-size: 1.3rem; margin: 0 0 .5rem; }
p { margin: .3rem 0; }
table { border-collapse: collapse; margin: 1rem 0; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
td, th { border: 1px solid #8886; padding: .15rem .45rem; text-align: right; white-space: nowrap; }
th { background: #8882; }
tr > th:first-child { text-align: left; }
.legend span { padding: .1rem .5rem; border: 1px solid #8886; }
.up { background: #0a02; } .going-down { background: #ffb70044; } .going-up { background: #ff880055; }
.down { background: #f004; } .ejected { background: #f0a4; } .backup { background: #08f3; }
.backup-down { background: #a064; } .drain { background: #28f5; } .maint { background: #a74; }
.unchecked { background: #8882; } .backend { font-weight: 600; background: #8884; } .frontend { background: #8883; }
`;
