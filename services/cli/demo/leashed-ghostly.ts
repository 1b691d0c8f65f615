// `ghostly` for whoever starts it as a child with a channel: it stops when they are gone, however they went.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
await import('../main.ts');
