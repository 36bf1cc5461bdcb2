// Opens a .jtl as JMeter's listeners do, and prints what they are shown: one line for each sample.

import org.apache.jmeter.reporters.ResultCollector;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.save.CSVSaveService;
import org.apache.jmeter.util.JMeterUtils;
import org.apache.jmeter.visualizers.Visualizer;

public class ReadJtl {
  public static void main(String[] arguments) throws Exception {
    JMeterUtils.setJMeterHome(arguments[0]);
    JMeterUtils.loadJMeterProperties(arguments[0] + "/bin/jmeter.properties");
    Visualizer printer = new Visualizer() {
      public void add(SampleResult sample) {
        System.out.println(String.join("\t", sample.getSampleLabel(), String.valueOf(sample.isSuccessful()),
            sample.getResponseCode(), String.valueOf(sample.getTime()), String.valueOf(sample.getTimeStamp()),
            sample.getThreadName(), String.valueOf(sample.getBytes()), String.valueOf(sample.getLatency())));
      }

      public boolean isStats() {
        return true;
      }
    };
    CSVSaveService.processSamples(arguments[1], printer, new ResultCollector());
  }
}
