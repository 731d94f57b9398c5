"""Numba's compiler without what is of no use to a function that compiled loops inline.

Numba optimises each function that a loop calls, and makes machine code of it that nobody runs: the
loop inlines its LLVM code, and optimises that again. `CalleeCompiler` leaves it at that code.
"""

from typing import Any

from numba import _dynfunc
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler, _LowerResult
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering


class CalleeLibrary(JITCodeLibrary):
    """LLVM code to be linked into that of a caller, neither optimised nor made machine code."""

    def finalize(self) -> None:
        """Link the code that this one calls."""
        for library in dict.fromkeys(self._linking_libraries):
            self._reload_init.update(library._reload_init)
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        self._finalized = True


@register_pass(mutates_CFG=True, analysis_only=False)
class CalleeLowering(NativeLowering):
    """Lower a function to LLVM code, for callers to link."""

    _name = "callee_lowering"

    def run_pass(self, state: Any) -> bool:
        """Lower it; what stands for its machine code is never called."""
        state.library = CalleeLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        flags = state.flags = state.flags.copy()
        flags.no_compile = flags.no_cpython_wrapper = flags.no_cfunc_wrapper = True
        super().run_pass(state)
        described, library, lowered = state.cr.fndesc, state.library, state.cr
        state.library.finalize()
        entry = _dynfunc.make_function(
            described.lookup_module(), described.qualname, "", 0, lowered.env, (library,)
        )
        state.targetctx.insert_user_function(entry, described, [library])
        state.reload_init.extend(library._reload_init)
        state["cr"] = _LowerResult(described, lowered.call_helper, cfunc=entry, env=lowered.env)
        return True


class CalleeCompiler(Compiler):
    """Compiles what compiled loops inline."""

    def define_pipelines(self) -> Any:
        """Return Numba's own passes, with another to lower."""
        pipelines = super().define_pipelines()
        for manager in pipelines:
            manager.passes = [
                (CalleeLowering, what) if made is NativeLowering else (made, what)
                for made, what in manager.passes
            ]
            manager._finalized = False
            manager.finalize()
        return pipelines


class LoopCompiler(Compiler):
    """Compiles loops whose arrays do not overlap, of those that they write to.

    So LLVM keeps in registers what it would otherwise read again after each write.
    """

    def define_pipelines(self) -> Any:
        """Return Numba's own passes, for arguments that do not overlap."""
        self.state.flags.noalias = True
        return super().define_pipelines()
