// SPDX-License-Identifier: BSD-3-Clause

// The language already forbids to read a local before it is written; zeroing it first costs firmware code and time. The
// few that are allocated on the stack by length are written whole before they are read.
[module: System.Runtime.CompilerServices.SkipLocalsInit]
