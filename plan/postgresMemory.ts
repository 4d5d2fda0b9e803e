/** PostgreSQL's settings that depend on the memory of its container. Its MB is 2^20 bytes. */
export interface PostgresMemory {
  sharedBuffers: string;
  effectiveCacheSize: string;
  workMem: string;
  maintenanceWorkMem: string;
  maxConnections: number;
}

const mebi = 1024;

/**
 * PostgreSQL's memory settings for a container of its own.
 *
 * - `shared_buffers`: a quarter, and a sixth below 1 GiB ("19.4.1. Memory" of PostgreSQL's documentation).
 * - `max_connections`: 25 for each GiB, a connection taking about 10 MiB by itself; at least PostgreSQL's default, 100, and at
 *   most 500, beyond which a pooler serves better.
 * - `work_mem`: such that all connections at once may each hash: a hash takes `hash_mem_multiplier`, 2, times as much, and a third of
 *   what the buffers leave stays free.
 * - `maintenance_work_mem`: a sixteenth, since three autovacuum workers may each take it; at most 1 GiB, more than which VACUUM does
 *   not use before PostgreSQL 17.
 * - `effective_cache_size`: three quarters, buffers and page cache together; no memory is taken for it.
 *
 * Buffers, hashes of every connection and maintenance stay below the limit together: the kernel ends the container's processes
 * at the limit, and the server with them.
 * @param limitMi memory limit of the container, MiB
 */
export function postgresMemory(limitMi: number): PostgresMemory {
  const sharedBuffers = Math.floor(limitMi / (limitMi < mebi ? 6 : 4));
  const maxConnections = Math.min(500, Math.max(100, Math.floor((25 * limitMi) / mebi)));
  return {
    sharedBuffers: `${sharedBuffers}MB`,
    effectiveCacheSize: `${Math.floor((limitMi * 3) / 4)}MB`,
    workMem: `${Math.floor(((limitMi - sharedBuffers) * mebi) / (3 * maxConnections))}kB`,
    maintenanceWorkMem: `${Math.min(mebi, Math.floor(limitMi / 16))}MB`,
    maxConnections,
  };
}

/**
 * Size of /dev/shm of the server, through which the processes of a parallel query share their hashes; MiB. What is used of it
 * counts as the container's memory.
 * @param limitMi memory limit of the container, MiB
 */
export function postgresSharedMemoryMi(limitMi: number): number {
  return Math.max(128, Math.floor(limitMi / 8));
}

/**
 * `maxmemory` of Redis: two thirds of its limit, as the rest goes to buffers of clients and to fragmentation; MiB.
 * @param limitMi memory limit of the container, MiB
 */
export function redisMaxMemoryMi(limitMi: number): number {
  return Math.floor((limitMi * 2) / 3);
}
