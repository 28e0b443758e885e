// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Fuzz.Tests.Planted;

/// <summary>Targets with a bug that the fuzzer has to find: the control that shows that it finds any.</summary>
internal static class PlantedTargets
{
    public static FuzzTarget MissingCheck { get; }
        = new("planted-missing-check", typeof(PlantedMissingCheck), InputShapes.None);

    public static FuzzTarget UnboundedAllocation { get; }
        = new("planted-allocation", typeof(PlantedAllocation), InputShapes.Words) { AllocatedBytesPerByte = 64 };

    public static FuzzTarget EndlessLoop { get; }
        = new("planted-loop", typeof(PlantedLoop), InputShapes.None) { TimeLimit = PlantedLoop.TimeLimit };

    public static IReadOnlyList<FuzzTarget> All { get; } = [MissingCheck, UnboundedAllocation, EndlessLoop];
}
