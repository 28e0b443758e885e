// SPDX-License-Identifier: BSD-3-Clause

// The language already forbids to read a local before it is written; zeroing it first costs code and time.
[module: System.Runtime.CompilerServices.SkipLocalsInit]
