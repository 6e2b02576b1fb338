/** What cleaning found, kept in the file it is about: one row a finding, its first places in a second table. */
import type { Database } from 'better-sqlite3'
import type { CleaningFinding } from '../../src-preload/contract.ts'

export const findingsDdl = `
CREATE TABLE finding(id INTEGER PRIMARY KEY, file TEXT NOT NULL, reason TEXT NOT NULL, treatment TEXT NOT NULL CHECK (treatment IN ('removed', 'repaired', 'kept')), n INTEGER NOT NULL) STRICT;
CREATE TABLE reject(finding INTEGER NOT NULL REFERENCES finding, line INTEGER NOT NULL, raw TEXT NOT NULL) STRICT;
`

/** How many places a report shows of each finding; the file keeps as many as were collected. */
const shown = 5

export function writeFindings(db: Database, findings: CleaningFinding[]): void {
  const finding = db.prepare('INSERT INTO finding(id, file, reason, treatment, n) VALUES (?, ?, ?, ?, ?)')
  const reject = db.prepare('INSERT INTO reject VALUES (?, ?, ?)')
  findings.forEach((f, id) => {
    finding.run(id, f.file, f.reason, f.treatment, f.count)
    for (const example of f.examples) reject.run(id, example.line, example.text)
  })
}

interface FindingRow {
  id: number
  file: string
  reason: string
  treatment: CleaningFinding['treatment']
  n: number
}

export function readFindings(db: Database): CleaningFinding[] {
  const rows = db.prepare<[], FindingRow>('SELECT id, file, reason, treatment, n FROM finding ORDER BY id').all()
  const examples = db.prepare<[number, number], { line: number; text: string }>(
    'SELECT line, raw AS text FROM reject WHERE finding = ? ORDER BY rowid LIMIT ?',
  )
  return rows.map(({ id, file, reason, treatment, n }) => ({
    file,
    reason,
    treatment,
    count: n,
    examples: examples.all(id, shown),
  }))
}
