import '@remoteobj/process/ts';
