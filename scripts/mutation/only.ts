/** The variable of the environment with the name of the one test file that has to notice. */
export const ONLY = 'MUTATION_TESTS';
