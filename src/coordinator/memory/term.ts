/**
 * A stem or word as a 32-bit number (FNV-1a) that differs from project to project, so that an index over the memories of
 * all projects is searched for those of one. Two words may meet in one number: whoever searches by it looks again.
 */
export function termOf(projectId: string, stem: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(`${projectId} ${stem}`)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash | 0;
}
