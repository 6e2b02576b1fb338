/** The content of a tooltip as elements: no HTML is parsed, and no inline style is needed (the page's policy forbids both). */
export interface TooltipRow {
  colour: string
  label: string
  value: string
}

export function tooltipContent(heading: string, rows: TooltipRow[], more = 0): HTMLElement {
  const box = document.createElement('div')
  box.append(part('div', 'chart-tip-heading', heading))
  for (const row of rows) {
    const line = part('div', 'chart-tip-row', '')
    const mark = part('span', 'chart-tip-mark', '')
    mark.style.setProperty('background', row.colour)
    line.append(mark, part('span', 'chart-tip-label', row.label), part('span', 'chart-tip-value', row.value))
    box.append(line)
  }
  if (more > 0) box.append(part('div', 'chart-tip-more', `and ${more} more`))
  return box
}

function part(tag: 'div' | 'span', className: string, text: string): HTMLElement {
  const element = document.createElement(tag)
  element.className = className
  element.textContent = text
  return element
}
