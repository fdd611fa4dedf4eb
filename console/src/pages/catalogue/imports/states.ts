/** How a state of an import looks in a list. */
export function toneOf(state: string): 'plain' | 'done' | 'warn' | 'error' | 'info' {
  if (state === 'done') return 'done';
  if (state === 'trying' || state === 'running') return 'info';
  if (state === 'waiting-approval' || state === 'interrupted') return 'warn';
  return state === 'failed' || state === 'refused' ? 'error' : 'plain';
}

export function isRunning(state: string): boolean {
  return state === 'trying' || state === 'running';
}
