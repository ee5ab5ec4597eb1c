// The other end of workerpool in a child process.
import workerpool from 'workerpool';
import { task } from './task.mjs';

workerpool.worker({ task });
