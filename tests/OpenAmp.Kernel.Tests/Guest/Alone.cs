// SPDX-License-Identifier: BSD-3-Clause

using Xunit;

namespace OpenAmp.Kernel.Tests.Guest;

/// <summary>Tests that change something of the whole process, such as where its temporary files go, run while no other
/// test does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
