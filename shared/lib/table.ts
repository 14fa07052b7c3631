export type TableCell = string | number | boolean | null | undefined

/** A column: its name in a CSV file, its title in a workbook. It is left out of the kind of file for which it has no head. */
export type Column<Row> = { name?: string; title?: string; cell(row: Row): TableCell }

/** Rows to be written as a file, in the batches in which they are read. `title` names the sheet of a workbook. */
export type Table<Row> = { title: string; columns: Column<Row>[]; batches: AsyncIterable<Row[]> }
