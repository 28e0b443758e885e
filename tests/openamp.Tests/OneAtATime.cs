// SPDX-License-Identifier: BSD-3-Clause

using Xunit.Sdk;
using Xunit.v3;

// Every case is two processes that wait for each other; more of them than cores would only measure the scheduler.
[assembly: Parallelization(Mode = ParallelMode.None)]
