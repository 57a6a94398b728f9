import { z } from 'zod';

export const Tag = z.string().trim().toLowerCase().min(1).max(100);

export const MemoryId = z.uuid().describe('The memory_id that remember or recall answered.');
