/** What the library gives for a choice. */
export interface Picked {
  id: string;
  address: string;
  alternative: string;
}

const LIBRARY = /^material\/([0-9a-f-]{36})$/;

/** Where the console sees a picture: one of the library by its id, others where they are. */
export function shownAt(address: string): string {
  const id = LIBRARY.exec(address)?.[1];
  return id ? `/api/v1/push/materials/${id}/file` : address;
}
