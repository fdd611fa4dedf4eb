/** What every version says of itself. */
export interface Kept {
  version: number;
  changed_at: string | null;
  changed_by: string | null;
  taken_from: number | null;
}
