import sys
from pathlib import Path

# The tests of this folder share the descents of walked.py.
sys.path.insert(0, str(Path(__file__).parent))
