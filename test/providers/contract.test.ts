import { contract } from './contract.ts';
import { FLAVOURS } from './flavours.ts';

for (const flavour of FLAVOURS) contract(flavour);
