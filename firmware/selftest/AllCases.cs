// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Firmware.SelfTest;

/// <summary>Every case; the same run on a desktop's runtime and on every board.</summary>
internal static class AllCases
{
    public static void Run<TReport>(ref TReport report)
        where TReport : struct, ICaseReport
    {
        MemoryCases.Run(ref report);
        ArithmeticCases.Run(ref report);
        LanguageCases.Run(ref report);
    }
}
