// `ghostly` as a child with a channel: it stops when its parent is gone, for whatever reason.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
await import('../main.ts');
