import fc from 'fast-check';

// A property is tried a few times for each mutant: that can only miss some, and takes a fraction of the time.
fc.configureGlobal({ numRuns: 20 });
