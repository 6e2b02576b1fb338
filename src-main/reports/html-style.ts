/** The look of a report: system fonts, tabular figures, colours for light and dark, readable in print. */

export const style = `
:root{--text:#1a1c20;--quiet:#5a6069;--ground:#fff;--line:#d9dce1;--shade:#f4f5f7;--bar:#4c78a8;--whisker:#1a1c20;--warn:#8a5a00;
--c0:#3566a8;--c1:#b4530a;--c2:#2f7d4f;--c3:#8a3fa0;--c4:#a33030;--c5:#5b6b1a}
@media (prefers-color-scheme:dark){:root{--text:#e4e6ea;--quiet:#9aa1ac;--ground:#16181c;--line:#33373e;--shade:#1f2227;--bar:#5b8fc7;--whisker:#e4e6ea;
--warn:#e0b050;--c0:#7aa9e6;--c1:#e89a5a;--c2:#7cc79a;--c3:#cf9be0;--c4:#e88a8a;--c5:#b9c765}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1.5rem;font:13px/1.5 system-ui,sans-serif;color:var(--text);background:var(--ground)}
h1{font-size:20px;margin:0}h2{font-size:15px;margin:2rem 0 .5rem}h3{font-size:13px;margin:1rem 0 .25rem}
p{margin:.25rem 0}.quiet{color:var(--quiet);font-size:12px}.warning{color:var(--warn)}
.synthetic{font-size:12px;font-weight:600;border:1px solid var(--warn);color:var(--warn);border-radius:3px;padding:1px 6px;vertical-align:middle}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--quiet);padding:.25rem 0}
th,td{padding:2px 10px 2px 0;text-align:left;font-weight:400;border-bottom:1px solid var(--line);white-space:nowrap;vertical-align:top}
thead th{font-weight:600;border-bottom:1px solid var(--text)}
.right{text-align:right}td.text{white-space:normal}tr.baseline{background:var(--shade)}
ul{margin:.5rem 0;padding-left:1.2rem}
svg{display:block;max-width:100%;height:auto;font:11px system-ui,sans-serif;fill:var(--text)}
figure{margin:0}.figures{display:flex;flex-wrap:wrap;gap:1.5rem}figcaption{color:var(--quiet);font-size:12px}
pre{overflow:auto;background:var(--shade);padding:.75rem;font-size:12px}
@media print{body{max-width:none}section{break-inside:avoid}}
`

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
