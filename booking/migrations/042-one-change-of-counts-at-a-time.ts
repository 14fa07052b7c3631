/** `add_to_event_counts` takes a lock since this version. */
export async function up(): Promise<void> {}
