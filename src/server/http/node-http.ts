/**
 * Node's HTTP server. As an ES module it is taken by its name in another way: `import` reads every export of a module of
 * Node's, and one of those loads a client with all of `fetch`, which is 10 MB that no server here uses.
 */
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');
