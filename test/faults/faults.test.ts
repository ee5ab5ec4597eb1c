import './system.js';
import { sumUp } from './fault.js';

sumUp();
