/** The peer DuckDB: its CSV reader into a table of its own, and that table streamed into typed arrays. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

/** @param folder of ratings.csv  @param target database file, replaced */
export async function duckImport(folder = '', target = ''): Promise<Record<string, number>> {
  rmSync(target, { force: true })
  rmSync(`${target}.wal`, { force: true })
  const begun = performance.now()
  const instance = await DuckDBInstance.create(target)
  const connection = await instance.connect()
  const columns = "{'userId': 'INTEGER', 'movieId': 'INTEGER', 'rating': 'DOUBLE', 'timestamp': 'BIGINT'}"
  await connection.run(
    `CREATE TABLE ratings AS SELECT * FROM read_csv('${join(folder, 'ratings.csv')}', header = true, columns = ${columns})`,
  )
  await connection.run('CHECKPOINT')
  connection.closeSync()
  instance.closeSync()
  return { wallMs: performance.now() - begun, fileMb: statSync(target).size / 1e6 }
}

/** `unzip` of the release, then the same. @param folder to unzip into, emptied first */
export async function unzipAndDuckImport(zip = '', folder = '', target = ''): Promise<Record<string, number>> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const begun = performance.now()
  execFileSync('unzip', ['-q', '-o', '-j', zip, '-d', folder])
  await duckImport(folder, target)
  return { elsewhere: 1, wallMs: performance.now() - begun }
}

/** Users' rows in order, as columns, into shared typed arrays with row pointers. */
export async function duckLoad(path = ''): Promise<Record<string, number>> {
  const begun = performance.now()
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })
  const connection = await instance.connect()
  const count = Number((await connection.runAndReadAll('SELECT count(*) FROM ratings')).getRows()[0]?.[0])
  const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(count * bytes)
  const item = new Uint32Array(shared(4))
  const rating2 = new Uint8Array(shared(1))
  const time = new Uint32Array(shared(4))
  const indptr: number[] = []
  let n = 0
  let last = -1
  const stream = await connection.stream(
    'SELECT userId::UINTEGER, movieId::UINTEGER, (rating * 2)::UTINYINT, timestamp::UINTEGER FROM ratings',
  )
  for (;;) {
    const chunk = await stream.fetchChunk()
    if (!chunk || chunk.rowCount === 0) break
    const column = (c: number): Uint32Array => (chunk.getColumnVector(c) as unknown as { items: Uint32Array }).items
    const rows = chunk.rowCount
    const users = column(0)
    item.set(column(1).subarray(0, rows), n)
    rating2.set(column(2).subarray(0, rows), n)
    time.set(column(3).subarray(0, rows), n)
    for (let r = 0; r < rows; r++) {
      if (users[r] === last) continue
      last = users[r]!
      indptr.push(n + r)
    }
    n += rows
  }
  return { wallMs: performance.now() - begun, ratings: n, users: indptr.length }
}
