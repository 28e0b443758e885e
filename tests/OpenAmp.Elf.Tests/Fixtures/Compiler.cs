// SPDX-License-Identifier: BSD-3-Clause

using System.IO;
using Xunit;

namespace OpenAmp.Elf.Tests;

/// <summary>Programs that gcc makes of one source: it has a resource table, thread-local storage, zeros, and functions
/// of known names.</summary>
internal static class Compiler
{
    /// <summary>What the source's table holds, before it is replaced.</summary>
    public const int TableBytes = 64;

    private const string Source = """
        /* SPDX-License-Identifier: BSD-3-Clause */
        __attribute__((section(".resource_table"), used)) volatile unsigned char table[64] = { 1, 2, 3 };
        __thread int in_thread = 5;
        __thread int zero_in_thread;
        int zeros[1000];
        static int twice(int value) { return 2 * value; }
        int sum_of_table(void)
        {
            int sum = 0;
            for (int i = 0; i < 64; i++) sum += table[i];
            return sum + zeros[0] + in_thread - 5 + zero_in_thread;
        }
        #ifdef HAS_NOTE
        /* The address has as many bits as a pointer, so in a word of 64 bits zeros follow it (little endian). */
        __attribute__((section(".note.openamp"), used, aligned(4))) static const struct {
            unsigned owner_bytes, descriptor_bytes, type;
            char owner[8];
            volatile void *address __attribute__((packed));
            unsigned high[sizeof(void *) == 4];
            __UINT64_TYPE__ length_bytes __attribute__((packed));
        } note = { 8, 16, 1, "OpenAMP", table, {}, sizeof table };
        #endif
        #ifdef HAS_LIBC
        #include <stdio.h>
        int main(void) { printf("%d\n", twice(sum_of_table())); return 0; }
        #else
        int main(void) { return twice(sum_of_table()); }
        #endif
        """;

    /// <summary>The ways of compiling: a name, and the options.</summary>
    public static TheoryData<string, string> Ways => new()
    {
        { "program", "-DHAS_LIBC -no-pie -O1" },
        { "position-independent", "-DHAS_LIBC -pie -fPIE" },
        { "stripped", "-DHAS_LIBC -s" },
        { "debug", "-DHAS_LIBC -g -gz" },
        { "library", "-shared -fPIC" },
        { "object", "-c" },
        { "sections", "-c -ffunction-sections -fdata-sections -g" },
        { "static", "-static -nostdlib -e main" },
        { "no-build-id", "-static -nostdlib -e main -Wl,--build-id=none -Wl,-N" },
        { "object-32", "-m32 -c" },
        { "program-32", "-m32 -static -nostdlib -fno-pie -no-pie -e main" },
    };

    /// <summary>Compiles, or skips the test when there is no compiler or it cannot do that.</summary>
    public static string Compile(ProgramTool.TemporaryFolder folder, string name, string options)
    {
        ProgramTool.SkipWithout("gcc", "gcc");
        string source = folder.PathOf("source.c");
        string program = folder.PathOf(name);
        File.WriteAllText(source, Source);
        (int exitCode, string output) = ProgramTool.Run("gcc", [.. options.Split(' '), source, "-o", program]);
        if (exitCode != 0)
        {
            Assert.Skip($"gcc {options} does not work here; libc6-dev or gcc-multilib is missing: {output}");
        }

        return program;
    }
}
