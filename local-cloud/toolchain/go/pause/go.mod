module lstm-pfd-recovery/toolchain/pause

go 1.26.0
